-- Messages with triggers ?4: the first ones of each trigger, along their index, and of all these the first.
WITH found AS (
    SELECT log.id, log.created_at
    FROM json_each(?4) AS cause
    CROSS JOIN whatsapp_message_logs AS log ON log.rowid IN (
        SELECT rowid
        FROM whatsapp_message_logs
        WHERE trigger_type = cause.value
