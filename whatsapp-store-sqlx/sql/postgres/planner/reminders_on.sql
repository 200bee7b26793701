-- How many messages remind each of the numbers $2 on day $1.
SELECT number.key AS number_key, reminded.messages
FROM unnest($2::text[]) AS number (key)
CROSS JOIN LATERAL (
    SELECT count(DISTINCT s.message_id) AS messages
    FROM whatsapp_reminder_steps AS s
    WHERE s.number_key = number.key AND s.day = $1 AND s.state IN ('queued', 'sent')
) AS reminded
WHERE reminded.messages > 0;
