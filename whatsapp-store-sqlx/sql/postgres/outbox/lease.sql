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
