    -- Those whose subject begins with one of the spellings ?12. Nothing comes behind U+10FFFF.
    FROM json_each(?12) AS spelling
    CROSS JOIN whatsapp_message_logs AS log ON log.rowid IN (
        SELECT rowid
        FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_subject
        WHERE subject >= spelling.value AND subject < spelling.value || char(1114111)
