    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_status
    WHERE
        status = json_extract(?2, '$[0]')
        AND
