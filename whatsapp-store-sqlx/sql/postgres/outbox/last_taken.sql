-- When the last one of the newest 1,000 attempts of account $1 was taken, in the order of messages' ids.
SELECT max(e.finished_at) AS at
FROM (
    SELECT message_id, no
    FROM whatsapp_attempts_begun
    WHERE account_id = $1
    ORDER BY message_id DESC, no DESC
    LIMIT 1000
) AS begun
-- OFFSET 0 keeps this a look-up of each attempt.
CROSS JOIN LATERAL (
    SELECT finished_at, outcome
    FROM whatsapp_attempts_ended AS ended
    WHERE ended.message_id = begun.message_id AND ended.no = begun.no
    OFFSET 0
) AS e
WHERE e.outcome = 'accepted';
