-- Leases messages until $2 under token $1, the longest due first, and gives what a worker needs to
-- know of them. Messages that another transaction is about to take are passed over. A lease that
-- ran out is one reap more.
WITH free AS (
    SELECT message_id
    FROM whatsapp_outbox
    -- Of lane $3, due at $4. A lease beyond $5 was given under a clock that was set back since, and
    -- counts as run out.
    WHERE lane = $3
        AND due_at <= $4
        AND (lease_until IS NULL OR lease_until <= $4 OR lease_until > $5)
        -- Behind the point ($6, $7).
        AND (due_at, message_id) > (coalesce($6, '-infinity'::timestamptz), $7::uuid)
