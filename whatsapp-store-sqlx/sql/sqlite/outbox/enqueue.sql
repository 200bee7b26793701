-- Adds messages to the log, in the order of the array ?1; those whose key is taken are left out.
WITH item AS MATERIALIZED (
    -- Each message is taken out of the array once. Without this it is copied out anew for each of its columns.
    SELECT value
    FROM jsonb_each(?1)
)
INSERT INTO whatsapp_message_logs (
    id, customer_id, customer_name, whatsapp_number, message_type, trigger_type, max_retries,
    message_content, placeholder_values, template_id, template_version, attachment_url,
    attachment_type, attachment_name, attachment_size, attachment_sha256, attachment_until,
    invoice_id, scheduled_for, expires_at, subject, warning, resend_of, created_by, created_at,
    message_key, fingerprint, updated_at, status, part, retry_count, next_attempt_at, sent_at,
    delivery, failure_kind, failure_cause, failure_reason, cancel_reason
)
SELECT
    value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
    value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12,
    value ->> 13, value ->> 14, value ->> 15, value ->> 16, value ->> 17, value ->> 18,
    value ->> 19, value ->> 20, value ->> 21, value ->> 22, value ->> 23, value ->> 24,
    value ->> 25, unhex(value ->> 26), value ->> 24,
    value ->> '$[27][0]', value ->> '$[27][1]', value ->> '$[27][2]', value ->> '$[27][3]',
    value ->> '$[27][4]', value ->> '$[27][5]', value ->> '$[27][6]', value ->> '$[27][7]',
    value ->> '$[27][8]', value ->> '$[27][9]'
FROM item
WHERE true -- Without it the parser takes ON CONFLICT for the condition of a join.
ON CONFLICT (message_key) DO NOTHING
RETURNING id;
