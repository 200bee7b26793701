-- Writes new states into the log. `updated_at` always grows, whatever the clock says: an amendment
-- relies on it.
UPDATE whatsapp_message_logs AS l
SET status = item.value ->> 'status',
    part = item.value ->> 'part',
    retry_count = item.value ->> 'retry_count',
    next_attempt_at = item.value ->> 'next_attempt_at',
    sent_at = item.value ->> 'sent_at',
    delivery = item.value ->> 'delivery',
    failure_kind = item.value ->> 'failure_kind',
    failure_cause = item.value ->> 'failure_cause',
    failure_reason = item.value ->> 'failure_reason',
    cancel_reason = item.value ->> 'cancel_reason',
    gateway_id = coalesce(item.value ->> 'gateway_id', l.gateway_id),
    api_response = coalesce(item.value ->> 'api_response', l.api_response),
    updated_at = max(item.value ->> 'at', l.updated_at + 1)
FROM jsonb_each(?1) AS item
WHERE l.id = item.value ->> 'message_id';
