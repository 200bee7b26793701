-- Messages that wait for one of ?10, with triggers ?4, and of customer ?1, of status ?2 and of type ?3 if
-- these are given: the first ones of each reason and trigger, along their index, and of all these the first.
-- SQLite takes the index of the triggers for as good.
WITH found AS (
    SELECT log.id, log.created_at
    FROM json_each(?10) AS reason
    CROSS JOIN json_each(?4) AS cause
    CROSS JOIN whatsapp_message_logs AS log ON log.rowid IN (
        SELECT rowid
        FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_held
        WHERE held_for = reason.value
            AND trigger_type = cause.value
            AND (?1 IS NULL OR customer_id = ?1)
            AND (?2 IS NULL OR status = ?2)
            AND (?3 IS NULL OR message_type = ?3)
