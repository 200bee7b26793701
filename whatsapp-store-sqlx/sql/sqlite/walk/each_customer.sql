    -- Of each customer of ?1 the first ones, along their index.
    FROM json_each(?1) AS cause
    CROSS JOIN whatsapp_message_logs AS log ON log.rowid IN (
        SELECT rowid
