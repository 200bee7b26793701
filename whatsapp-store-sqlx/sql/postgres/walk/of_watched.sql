-- Candidates whose delivery is followed for account $17, in any order.
WITH found AS (
    SELECT log.*
    FROM (
        SELECT l.*
        FROM whatsapp_outbox AS o
        -- OFFSET 0 keeps this a look-up of each row that is watched.
        CROSS JOIN LATERAL (
            SELECT
                id, created_at, updated_at, customer_id, message_type, trigger_type, status,
                next_attempt_at, sent_at, delivery, failure_kind, held_for, subject, message_key
            FROM whatsapp_message_logs
            WHERE whatsapp_message_logs.id = o.message_id
            OFFSET 0
        ) AS l
        WHERE o.account_id = $17 AND o.lane = 'watch'
