    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_type
    WHERE
        -- Of type ?3, and of the one status of the array ?2 if that is given.
        message_type = ?3
        AND (?2 IS NULL OR status = json_extract(?2, '$[0]'))
        AND
