    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_status
    WHERE
        -- Of the one status of the array ?2.
        status = json_extract(?2, '$[0]')
        AND
