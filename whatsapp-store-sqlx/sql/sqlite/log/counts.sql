-- Messages by status, up to ?1 of each; those that will be retried are the failed ones with a next
-- attempt, and what waits for something is counted again.
SELECT
    (
        SELECT count(*)
        FROM (SELECT 1 FROM whatsapp_message_logs WHERE status = 'pending' LIMIT +?1)
    ) AS pending,
    (
        SELECT count(*)
        FROM (SELECT 1 FROM whatsapp_message_logs WHERE status = 'sent' LIMIT +?1)
    ) AS sent,
    (
        SELECT count(*)
        FROM (SELECT 1 FROM whatsapp_message_logs WHERE status = 'failed' LIMIT +?1)
    ) AS failed,
    (
        SELECT count(*)
        FROM (SELECT 1 FROM whatsapp_message_logs WHERE status = 'cancelled' LIMIT +?1)
    ) AS cancelled,
    (
        SELECT count(*)
        FROM (SELECT 1 FROM whatsapp_message_logs WHERE next_attempt_at IS NOT NULL LIMIT +?1)
    ) AS retrying,
    (
        SELECT count(*)
        FROM (SELECT 1 FROM whatsapp_message_logs WHERE held_for IS NOT NULL LIMIT +?1)
    ) AS held;
