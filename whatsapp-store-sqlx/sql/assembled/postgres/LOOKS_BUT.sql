-- LOOKS_BUT, made of these files of sql/postgres:
-- outbox/claimable.sql, outbox/excluding.sql, outbox/looks.sql, outbox/longest_due.sql,
-- outbox/lease.sql.

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
        -- None of $13, which the claimer has in flight.
        -- Parameters: $13 excluding.
        AND message_id <> ALL ($13::uuid[])
        -- What is to be looked up.
        AND step = 'look'
    ORDER BY due_at, message_id
    LIMIT $11
    FOR UPDATE SKIP LOCKED
)
, leased AS (
    UPDATE whatsapp_outbox AS o
    SET lease_token = $1,
        lease_until = $2,
        lease_base = $8,
        lease_ends = $10,
        expired_leases = o.expired_leases + (o.lease_until IS NOT NULL)::int
    FROM free
    -- The commit does not wait for the disk: a lease that a crash of the server forgets is one that nobody
    -- had, and a begin under it, which waits, comes behind it or finds it gone.
    WHERE o.message_id = free.message_id
        AND (SELECT set_config('synchronous_commit', 'off', TRUE)) = 'off'
    RETURNING o.*
)
SELECT
    l.status, l.part, l.retry_count, l.next_attempt_at, l.sent_at, l.delivery, l.failure_kind,
    l.failure_reason, l.cancel_reason,
    o.step, o.class, o.due_at, o.open_since, o.open_base, o.open_elapsed, o.look_base, o.look_elapsed,
    o.posts, o.free_posts, o.looks, o.looks_unavailable, o.message_id, o.expired_leases,
    l.message_key, l.message_type, coalesce(l.customer_key, l.customer_id::text) AS customer_id, l.whatsapp_number,
    l.message_content, l.placeholder_values::text AS placeholder_values, l.template_id, l.template_version,
    l.attachment_url, l.invoice_id, l.created_at, l.scheduled_for, l.expires_at, l.max_retries, l.gateway_id,
    -- Read where there is a failure, or a file.
    l.failure_cause, l.attachment_type, l.attachment_name, l.attachment_size, l.attachment_sha256,
    l.attachment_until
FROM leased AS o
INNER JOIN whatsapp_message_logs AS l ON l.id = o.message_id;
