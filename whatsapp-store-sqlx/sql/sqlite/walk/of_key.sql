    -- Those whose key begins with ?13. Nothing comes behind U+10FFFF.
    FROM (SELECT 1) AS one
    CROSS JOIN whatsapp_message_logs AS log ON log.rowid IN (
        SELECT rowid
        FROM whatsapp_message_logs
        WHERE message_key >= ?13 AND message_key < ?13 || char(1114111)
