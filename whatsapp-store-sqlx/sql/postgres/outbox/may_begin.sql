-- Counts the POSTs that are about to be made, for the messages of the begins that may go ahead, and
-- gives their places: the lease is theirs and long enough, the number is the next one, and no attempt
-- is open but the one that they close. The instant at which a message was due is left alone.
UPDATE whatsapp_outbox AS o
SET step = 'send',
    open_since = item.at,
    posts = item.no,
    looks = 0,
    looks_unavailable = 0
FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::int[])
    WITH ORDINALITY AS item (message_id, token, no, at, lease_until_at_least, closes, place)
WHERE o.message_id = item.message_id
    AND o.lease_token = item.token
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
RETURNING item.place;
