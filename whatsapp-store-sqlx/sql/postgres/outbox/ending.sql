-- Of the first $4 messages of the lanes $1 of account $2 that wait to be sent: how many end before $3, when
-- the first of these does, and how many were looked at. A text that follows its file has no end.
SELECT
    count(*) AS looked,
    count(*) FILTER (WHERE l.part <> 'text' AND l.expires_at < $3) AS number,
    min(l.expires_at) FILTER (WHERE l.part <> 'text' AND l.expires_at < $3) AS first
FROM (
    SELECT o.message_id
    FROM unnest($1::text[]) AS wanted (lane)
    CROSS JOIN LATERAL (
        SELECT message_id
        FROM whatsapp_outbox
        WHERE account_id = $2 AND whatsapp_outbox.lane = wanted.lane AND open_since IS NULL
        LIMIT $4
    ) AS o
    LIMIT $4
) AS waiting
-- OFFSET 0 keeps this a look-up of each message.
CROSS JOIN LATERAL (
    SELECT part, expires_at FROM whatsapp_message_logs AS log WHERE log.id = waiting.message_id OFFSET 0
) AS l;
