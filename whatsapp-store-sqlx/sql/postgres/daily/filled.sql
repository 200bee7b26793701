    AS outcome,
        EXISTS (
            SELECT 1
            -- OFFSET 0 keeps this a look-up by the message.
            FROM (SELECT 1 FROM whatsapp_outbox WHERE message_id = made.id OFFSET 0) AS o
        ) AS is_open
    FROM (
        SELECT log.*
        FROM unnest(ARRAY['auto', 'scheduled', 'manual']) AS cause (trigger_type)
        CROSS JOIN LATERAL (
            SELECT id, message_type, trigger_type, status, delivery, next_attempt_at, failure_kind
            FROM whatsapp_message_logs
            WHERE trigger_type = cause.trigger_type AND created_at >= $2 AND created_at < $3
            OFFSET 0
        ) AS log
    ) AS made
) AS counted
GROUP BY message_type, trigger_type, outcome;
