-- Of the first ?4 messages of the lanes of the array ?1, of account ?2, that wait to be sent: how many end
-- before ?3, when the first of these does, and how many were looked at. A text that follows its file has no
-- end.
SELECT
    count(*) AS looked,
    count(*) FILTER (WHERE l.part <> 'text' AND l.expires_at < ?3) AS number,
    min(l.expires_at) FILTER (WHERE l.part <> 'text' AND l.expires_at < ?3) AS first
FROM (
    SELECT o.message_id
    FROM json_each(?1) AS wanted
    CROSS JOIN whatsapp_outbox AS o
        ON o.account_id = ?2 AND o.lane = wanted.value AND o.open_since IS NULL
    LIMIT +?4
) AS waiting
CROSS JOIN whatsapp_message_logs AS l ON l.id = waiting.message_id;
