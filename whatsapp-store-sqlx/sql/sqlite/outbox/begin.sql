-- Counts the POSTs that are about to be made, for the messages of those begins in the array ?1 that may go
-- ahead: the lease is theirs and long enough, the number is the next one, and no attempt is open but the
-- one that they close. The log row is left alone until the outcome is known, and the message keeps its
-- place in the order.
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
FROM (
    SELECT
        value ->> 0 AS message_id,
        value ->> 1 AS token,
        value ->> 2 AS no,
        value ->> 3 AS at,
        value ->> 4 AS base,
        value ->> 5 AS elapsed,
        value ->> 6 AS holds_until,
        value ->> 7 AS closes
    FROM jsonb_each(?1)
) AS item
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
    );
