-- Messages by status; those that will be retried are the failed ones with a next attempt.
SELECT
    status,
    count(*) AS messages,
    (SELECT count(*) FROM whatsapp_message_logs WHERE next_attempt_at IS NOT NULL) AS retrying
FROM whatsapp_message_logs
GROUP BY status;
