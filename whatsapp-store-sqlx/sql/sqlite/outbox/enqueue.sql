-- Adds messages to the log, in the order of the array ?1; those whose key is taken are left out.
INSERT INTO whatsapp_message_logs (
    id, customer_id, customer_name, whatsapp_number, message_type, trigger_type, status,
    retry_count, max_retries, message_content, template_id, attachment_url, attachment_type,
    failure_reason, scheduled_for, sent_at, created_at, updated_at, created_by,
    message_key, fingerprint, next_attempt_at, delivery, failure_kind, cancel_reason,
    attachment_name, attachment_size, attachment_sha256, attachment_until,
    invoice_id, expires_at, warning, resend_of, part, subject, failure_cause,
    placeholder_values, template_version
)
SELECT
    item.value ->> 'id',
    item.value ->> 'customer_id',
    item.value ->> 'customer_name',
    item.value ->> 'whatsapp_number',
    item.value ->> 'message_type',
    item.value ->> 'trigger_type',
    item.value ->> 'status',
    item.value ->> 'retry_count',
    item.value ->> 'max_retries',
    item.value ->> 'message_content',
    item.value ->> 'template_id',
    item.value ->> 'attachment_url',
    item.value ->> 'attachment_type',
    item.value ->> 'failure_reason',
    item.value ->> 'scheduled_for',
    item.value ->> 'sent_at',
    item.value ->> 'created_at',
    item.value ->> 'created_at',
    item.value ->> 'created_by',
    item.value ->> 'message_key',
    item.value ->> 'fingerprint',
    item.value ->> 'next_attempt_at',
    item.value ->> 'delivery',
    item.value ->> 'failure_kind',
    item.value ->> 'cancel_reason',
    item.value ->> 'attachment_name',
    item.value ->> 'attachment_size',
    item.value ->> 'attachment_sha256',
    item.value ->> 'attachment_until',
    item.value ->> 'invoice_id',
    item.value ->> 'expires_at',
    item.value ->> 'warning',
    item.value ->> 'resend_of',
    item.value ->> 'part',
    item.value ->> 'subject',
    item.value ->> 'failure_cause',
    item.value ->> 'placeholder_values',
    item.value ->> 'template_version'
FROM jsonb_each(?1) AS item
WHERE true -- Without it the parser takes ON CONFLICT for the condition of a join.
ON CONFLICT (message_key) DO NOTHING
RETURNING id;
