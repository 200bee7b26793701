-- Counts the POSTs that are about to be made, for the messages of the begins that may go ahead, and
-- gives their places: the lease is theirs and long enough, the number is the next one, and no attempt
-- is open but the one that they close. The instant at which a message was due is left alone.
UPDATE whatsapp_outbox AS o
SET step = 'send',
    open_since = item.at,
    open_base = item.base,
    open_elapsed = item.elapsed,
    look_base = NULL,
    look_elapsed = NULL,
    posts = item.no,
    looks = 0,
    looks_unavailable = 0
FROM unnest(
        $1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[], $5::bigint[], $6::bigint[], $7::bigint[],
        $8::int[]
    ) WITH ORDINALITY AS item (message_id, token, no, at, base, elapsed, holds_until, closes, place)
WHERE o.message_id = item.message_id
    AND o.lease_token = item.token
    AND o.lease_base = item.base
    AND o.lease_ends >= item.holds_until
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
