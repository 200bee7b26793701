-- When a message of each lane can next be claimed: when it is due, or when its lease runs out.
-- Only leased rows before the first free one can be earlier than it, and there are no more of
-- those than messages in flight; so this reads a handful of rows, however many are owed.
WITH
    free_owed AS (
        SELECT due_at
        FROM whatsapp_outbox
        WHERE lane = 'owed' AND lease_until IS NULL
        ORDER BY due_at
        LIMIT 1
    ),
    free_watch AS (
        SELECT due_at
        FROM whatsapp_outbox
        WHERE lane = 'watch' AND lease_until IS NULL
        ORDER BY due_at
        LIMIT 1
    )
SELECT
    (
        SELECT min(at)
        FROM (
            SELECT due_at AS at FROM free_owed
            UNION ALL
            SELECT max(due_at, lease_until) AS at
            FROM whatsapp_outbox
            WHERE lane = 'owed'
                AND due_at < coalesce((SELECT due_at FROM free_owed), 9223372036854775807)
        )
    ) AS owed,
    (
        SELECT min(at)
        FROM (
            SELECT due_at AS at FROM free_watch
            UNION ALL
            SELECT max(due_at, lease_until) AS at
            FROM whatsapp_outbox
            WHERE lane = 'watch'
                AND due_at < coalesce((SELECT due_at FROM free_watch), 9223372036854775807)
        )
    ) AS watch;
