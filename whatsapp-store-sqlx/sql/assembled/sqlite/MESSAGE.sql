-- MESSAGE, made of these files of sql/sqlite:
-- log/by_id.sql, log/messages.sql.

-- Message ?1 alone.
WITH page AS (SELECT ?1 AS id)
-- Whole rows of the log, with what is owed, for the ids of a page.
SELECT
    l.id, l.customer_id, l.customer_name, l.whatsapp_number, l.message_type, l.trigger_type,
    l.status, l.retry_count, l.max_retries, l.message_content, l.placeholder_values,
    l.template_id, l.template_version, l.attachment_url,
    l.attachment_type, l.failure_cause, l.failure_reason, l.api_response, l.scheduled_for,
    l.sent_at, l.created_at,
    l.updated_at, l.created_by, l.message_key, lower(hex(l.fingerprint)) AS fingerprint, l.next_attempt_at, l.delivery,
    l.failure_kind, l.cancel_reason, l.held_for, l.explanation, l.gateway_id, l.attachment_name, l.attachment_size,
    l.attachment_sha256, l.attachment_until, l.invoice_id, l.expires_at, l.warning, l.subject,
    l.resend_of, l.part,
    o.step, o.class, o.due_at, o.open_since, o.open_base, o.open_elapsed, o.look_base, o.look_elapsed,
    o.posts, o.free_posts, o.looks, o.looks_unavailable
FROM page
CROSS JOIN whatsapp_message_logs AS l ON l.id = page.id
LEFT JOIN whatsapp_outbox AS o ON o.message_id = l.id;
