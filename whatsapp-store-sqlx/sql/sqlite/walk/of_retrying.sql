    -- Those that will be tried again.
    FROM (SELECT 1) AS one
    CROSS JOIN whatsapp_message_logs AS log ON log.rowid IN (
        SELECT rowid
        FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_retrying
        WHERE next_attempt_at IS NOT NULL
