-- Messages by status, up to $1 of each; those that will be retried are the failed ones with a next
-- attempt, and what waits for something is counted again.
SELECT
    (
        SELECT count(*)
        FROM (
            SELECT
            FROM whatsapp_outbox AS o
            -- OFFSET 0 keeps this a look-up of each row that is owed.
            CROSS JOIN LATERAL (
                SELECT log.status FROM whatsapp_message_logs AS log WHERE log.id = o.message_id OFFSET 0
            ) AS l
            WHERE o.lane <> 'watch' AND l.status = 'pending'
            LIMIT $1
        ) AS pending
    ) AS pending,
    (
        SELECT count(*) FROM (SELECT FROM whatsapp_message_logs WHERE status = 'sent' LIMIT $1) AS sent
    ) AS sent,
    (
        SELECT count(*)
        FROM (SELECT FROM whatsapp_message_logs WHERE unsent = 'failed' LIMIT $1) AS failed
    ) AS failed,
    (
        SELECT count(*)
        FROM (SELECT FROM whatsapp_message_logs WHERE unsent = 'cancelled' LIMIT $1) AS cancelled
    ) AS cancelled,
    (
        SELECT count(*)
        FROM (
            SELECT FROM whatsapp_message_logs WHERE next_attempt_at IS NOT NULL LIMIT $1
        ) AS retrying
    ) AS retrying,
    (
        SELECT count(*)
        FROM (SELECT FROM whatsapp_message_logs WHERE held_for IS NOT NULL LIMIT $1) AS held
    ) AS held;
