    -- Of each reason to wait of ?10 and each trigger of ?4 the first ones, along their index.
    FROM json_each(?10) AS reason
    CROSS JOIN json_each(?4) AS cause
    CROSS JOIN whatsapp_message_logs AS log ON log.rowid IN (
        SELECT rowid
