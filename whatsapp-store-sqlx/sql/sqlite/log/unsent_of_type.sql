    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_unsent_type
    WHERE
        -- Of the one status of the array ?2, which is failed or cancelled, and of type ?3.
        -- The index has this condition. Written with IN, it would be searched by, in two sorted parts.
        status NOT IN ('pending', 'sent')
        AND status = json_extract(?2, '$[0]')
        AND message_type = ?3
        AND
