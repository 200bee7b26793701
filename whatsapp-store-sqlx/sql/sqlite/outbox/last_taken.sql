-- When the last one of the newest 1,000 attempts of account ?1 was taken, in the order of messages' ids.
SELECT max(e.finished_at) AS at
FROM (
    SELECT message_id, no
    FROM whatsapp_attempts_begun
    WHERE account_id = ?1
    ORDER BY message_id DESC, no DESC
    LIMIT 1000
) AS begun
CROSS JOIN whatsapp_attempts_ended AS e ON e.message_id = begun.message_id AND e.no = begun.no
WHERE e.outcome = 'accepted';
