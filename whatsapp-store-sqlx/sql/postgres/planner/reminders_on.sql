-- How many messages remind or greet each of the numbers $2 on day $1.
SELECT number.key AS number_key, reminded.messages + greeted.messages AS messages
FROM unnest($2::text[]) AS number (key)
CROSS JOIN LATERAL (
    SELECT count(DISTINCT s.message_id) AS messages
    FROM whatsapp_reminder_steps AS s
    WHERE s.number_key = number.key AND s.day = $1 AND s.state IN ('queued', 'sent')
) AS reminded
CROSS JOIN LATERAL (
    SELECT count(*) AS messages
    FROM whatsapp_campaign_recipients AS r
    JOIN whatsapp_campaigns AS c ON c.id = r.campaign_id
    WHERE r.number_key = number.key
        AND r.state IN ('queued', 'sent')
        AND c.date = $1
        AND c.kind = 'festival'
) AS greeted
WHERE reminded.messages + greeted.messages > 0;
