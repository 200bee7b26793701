-- Messages of type ?3 with triggers ?4, and of the one status of the array ?2 if that is given: the first ones of each trigger,
-- along their index, and of all these the first. SQLite takes the index of the triggers for as good.
WITH found AS (
    SELECT log.id, log.created_at
    FROM json_each(?4) AS cause
    CROSS JOIN whatsapp_message_logs AS log ON log.rowid IN (
        SELECT rowid
        FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_type
        WHERE message_type = ?3
            AND trigger_type = cause.value
            AND (?2 IS NULL OR status = json_extract(?2, '$[0]'))
