-- Candidates to which a send or a look is owed, along the outbox.
WITH found AS (
    SELECT log.*
    FROM (
        SELECT
            created_at, id, updated_at, customer_id, message_type, trigger_type, status, next_attempt_at,
            sent_at, delivery, failure_kind, held_for, subject, message_key
        FROM (
            SELECT
                o.created_at, o.message_id AS id, l.updated_at, l.customer_id, l.message_type,
                l.trigger_type, l.status, l.next_attempt_at, l.sent_at, l.delivery, l.failure_kind,
                l.held_for, l.subject, l.message_key
            FROM whatsapp_outbox AS o
            -- OFFSET 0 keeps this a look-up of each row that is owed.
            CROSS JOIN LATERAL (
                SELECT * FROM whatsapp_message_logs AS log WHERE log.id = o.message_id OFFSET 0
            ) AS l
            WHERE o.lane <> 'watch'
        ) AS owed
        WHERE TRUE
