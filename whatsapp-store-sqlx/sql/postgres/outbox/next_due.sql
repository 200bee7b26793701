-- When a message of each of the lanes $1 of account $2 can next be claimed: when it is due, or when its
-- lease runs out. Only leased rows before the first free one can be earlier than it, and there are no
-- more of those than messages in flight; so this reads a handful of rows a lane, however many are owed.
SELECT
    wanted.lane,
    -- An empty lane has neither.
    least(
        free.due_at,
        (
            SELECT min(greatest(o.due_at, o.lease_until))
            FROM whatsapp_outbox AS o
            WHERE o.account_id = $2 AND o.lane = wanted.lane
                AND o.due_at < coalesce(free.due_at, 'infinity'::timestamptz)
        )
    ) AS at
FROM unnest($1::text[]) AS wanted (lane)
LEFT JOIN LATERAL (
    SELECT o.due_at
    FROM whatsapp_outbox AS o
    WHERE o.account_id = $2 AND o.lane = wanted.lane AND o.lease_until IS NULL
    ORDER BY o.due_at, o.message_id
    LIMIT 1
) AS free ON true;
