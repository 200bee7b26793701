-- MESSAGE, made of these files of sql/postgres:
-- log/by_id.sql, log/messages.sql.

-- Message $1 alone.
WITH page AS (SELECT $1::uuid AS id)
-- Whole rows of the log, with what is owed, for the ids of a page: each row is looked up, whatever the
-- planner takes the rest to cost. OFFSET 0 makes it so.
SELECT
    l.id, coalesce(l.customer_key, l.customer_id::text) AS customer_id, l.customer_name,
    l.whatsapp_number, l.message_type, l.trigger_type, l.status, l.retry_count, l.max_retries,
    l.message_content, l.placeholder_values::text AS placeholder_values, l.template_id, l.template_version,
    l.attachment_url, l.attachment_type, l.failure_cause, l.failure_reason,
    l.api_response::text AS api_response, l.scheduled_for, l.sent_at, l.created_at, l.updated_at,
    coalesce(l.created_by_key, l.created_by::text) AS created_by, l.message_key, encode(l.fingerprint, 'hex') AS fingerprint,
    l.next_attempt_at, l.delivery, l.failure_kind, l.cancel_reason, l.held_for, l.explanation, l.gateway_id,
    l.attachment_name, l.attachment_size, l.attachment_sha256, l.attachment_until, l.invoice_id, l.expires_at,
    l.warning, l.subject, l.resend_of, l.part,
    o.step, o.class, o.due_at, o.open_since, o.open_base, o.open_elapsed, o.look_base, o.look_elapsed,
    o.posts, o.free_posts, o.looks, o.looks_unavailable
FROM page
CROSS JOIN LATERAL (
    SELECT * FROM whatsapp_message_logs AS log WHERE log.id = page.id OFFSET 0
) AS l
LEFT JOIN LATERAL (
    SELECT * FROM whatsapp_outbox AS owed WHERE owed.message_id = page.id OFFSET 0
) AS o ON TRUE;
