-- The notices of digest $1 in order of failure, without what was mended since.
SELECT
    n.message_id, n.created_at, n.failure_kind, n.failure_cause, n.failure_reason, n.retry_count,
    l.subject, coalesce(l.customer_key, l.customer_id::text) AS customer_id, l.customer_name,
    l.whatsapp_number, l.message_type, l.trigger_type
FROM whatsapp_notices AS n
INNER JOIN whatsapp_message_logs AS l ON l.id = n.message_id
WHERE n.digest_id = $1
    AND NOT
