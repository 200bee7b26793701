-- Locks the messages of the begins that may go ahead, and gives their places: the lease is theirs
-- and long enough, the number is the next one, and no attempt is open but the one that they close.
SELECT item.place
FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[], $5::int[])
    WITH ORDINALITY AS item (message_id, token, no, lease_until_at_least, closes, place)
INNER JOIN whatsapp_outbox AS o ON o.message_id = item.message_id
WHERE o.lease_token = item.token
    AND o.lease_until >= item.lease_until_at_least
    AND o.posts = item.no - 1
    AND (
        (o.open_since IS NULL AND item.closes IS NULL)
        OR EXISTS (
            SELECT 1
            FROM whatsapp_message_attempts AS a
            WHERE a.message_id = o.message_id
                AND a.no = item.closes
                AND a.outcome IS NULL
        )
    )
FOR NO KEY UPDATE OF o;
