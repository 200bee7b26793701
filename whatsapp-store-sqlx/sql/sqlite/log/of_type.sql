    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_type
    WHERE
        -- Of type ?3.
        message_type = ?3
        AND
