-- Says anew when looks are due, now being $1 by a wall clock that was set, and $3 by elapsed time of base $2.
-- A look of that base is due when its time will have elapsed, within a day; no other is due later than
-- $4. What was begun was due. Messages that another transaction is about to take are passed over.
WITH late AS (
    SELECT message_id
    FROM whatsapp_outbox
    WHERE (step = 'look' AND look_base = $2)
        OR (step = 'look' AND due_at > $4)
        OR (step = 'send' AND open_since IS NOT NULL AND due_at > $1)
    FOR UPDATE SKIP LOCKED
)
UPDATE whatsapp_outbox AS o
SET due_at = CASE
    WHEN o.step = 'look' AND o.look_base = $2
        THEN $1 + least(greatest(o.look_elapsed::numeric - $3::bigint, -86400000000), 86400000000)::float8
            * interval '1 microsecond'
    ELSE $1
END
FROM late
WHERE o.message_id = late.message_id;
