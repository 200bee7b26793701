    -- Those whose delivery is followed for account ?17.
    FROM (SELECT 1) AS one
    CROSS JOIN whatsapp_message_logs AS log ON log.id IN (
        SELECT message_id
        FROM whatsapp_outbox
        WHERE account_id = ?17 AND lane = 'watch'
