-- When a message of each of the lanes in the array ?1, of account ?2, can next be claimed: when it is
-- due, or when its lease runs out. Only leased rows before the first free one can be earlier than it,
-- and there are no more of those than messages in flight; so this reads a handful of rows a lane,
-- however many are owed.
WITH free AS MATERIALIZED (
    SELECT
        wanted.value AS lane,
        (
            SELECT due_at
            FROM whatsapp_outbox
            WHERE account_id = ?2 AND lane = wanted.value AND lease_until IS NULL
            ORDER BY due_at
            LIMIT 1
        ) AS due_at
    FROM json_each(?1) AS wanted
)
SELECT
    free.lane,
    (
        SELECT min(at)
        FROM (
            SELECT free.due_at AS at
            UNION ALL
            SELECT max(o.due_at, o.lease_until) AS at
            FROM whatsapp_outbox AS o
            WHERE o.account_id = ?2 AND o.lane = free.lane
                AND o.due_at < coalesce(free.due_at, 9223372036854775807)
        )
    ) AS at
FROM free;
