-- What a worker needs to know of the messages in the array ?1.
SELECT
    o.message_id, o.step, o.due_at, o.reaps, o.open_since, o.posts, o.refusals, o.looks,
    o.looks_unavailable,
    l.status, l.retry_count, l.next_attempt_at, l.sent_at, l.delivery, l.failure_kind,
    l.failure_reason, l.cancel_reason, l.message_type, l.customer_id, l.whatsapp_number,
    l.message_content, l.attachment_url, l.attachment_type, l.attachment_name, l.attachment_size,
    l.attachment_sha256, l.invoice_id, l.expires_at, l.max_retries, l.gateway_id
FROM json_each(?1) AS item
CROSS JOIN whatsapp_outbox AS o ON o.message_id = item.value
CROSS JOIN whatsapp_message_logs AS l ON l.id = o.message_id;
