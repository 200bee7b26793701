-- How many notices no sent digest accounts for.
SELECT
    (SELECT count(*) FROM whatsapp_notices WHERE digest_id IS NULL)
    + (
        SELECT count(*)
        FROM whatsapp_digests AS d
        INNER JOIN whatsapp_notices AS n ON n.digest_id = d.id
        WHERE d.sent_at IS NULL
    ) AS notices;
