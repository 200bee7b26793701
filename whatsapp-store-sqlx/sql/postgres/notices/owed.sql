-- How many notices no sent digest accounts for, without what was mended since.
WITH n AS (
    SELECT message_id
    FROM whatsapp_notices
    WHERE digest_id IS NULL
    UNION ALL
    SELECT t.message_id
    FROM whatsapp_digests AS d
    INNER JOIN whatsapp_notices AS t ON t.digest_id = d.id
    WHERE d.sent_at IS NULL
)
SELECT count(*) AS notices
FROM n
WHERE NOT
