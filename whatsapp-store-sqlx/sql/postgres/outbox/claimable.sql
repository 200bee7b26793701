-- Leases messages under token $1, until $2 by the wall clock and $10 by elapsed time of base $8, the
-- longest due first, and gives what a worker needs to know of them. Messages that another transaction
-- is about to take are passed over. A lease that ran out is one expired lease more.
-- Parameters: $1 lease_token, $2 lease_until, $3 lane, $4 now, $5 lease_horizon, $6 after_due_at,
-- $7 after_id, $8 lease_base, $9 elapsed, $10 lease_ends, $11 most, $12 account_id.
WITH free AS (
    SELECT message_id
    FROM whatsapp_outbox
    -- Of account $12 and lane $3, due at $4. A lease of base $8 has run out by elapsed time, which is
    -- $9 now; one of another base by the wall clock. One that ends more than ten minutes after a new
    -- one, or beyond $5, was given under a clock that was set back since, and counts as run out.
    WHERE account_id = $12
        AND lane = $3
        AND due_at <= $4
        AND (
            lease_until IS NULL
            OR CASE
                WHEN lease_base = $8 THEN lease_ends <= $9 OR lease_ends - 600000000 > $10
                ELSE lease_until <= $4 OR lease_until > $5
            END
        )
        -- Behind the point ($6, $7).
        AND (due_at, message_id) > (coalesce($6, '-infinity'::timestamptz), $7::uuid)
