-- When a message of lane ?1 can next be claimed: when it is due, or when its lease runs out.
-- Only leased rows before the first free one can be earlier than it, and there are no more of
-- those than messages in flight; so this reads a handful of rows, however many are owed.
WITH free AS (
    SELECT due_at
    FROM whatsapp_outbox
    WHERE lane = ?1 AND lease_until IS NULL
    ORDER BY due_at
    LIMIT 1
)
SELECT min(at) AS at
FROM (
    SELECT due_at AS at FROM free
    UNION ALL
    SELECT max(due_at, lease_until) AS at
    FROM whatsapp_outbox
    WHERE lane = ?1
        AND due_at < coalesce((SELECT due_at FROM free), 9223372036854775807)
);
