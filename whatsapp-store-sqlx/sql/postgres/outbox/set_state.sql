-- Writes new states into the log. `updated_at` always grows, whatever the clock says: an amendment
-- relies on it.
UPDATE whatsapp_message_logs AS l
SET status = item.status,
    part = item.part,
    retry_count = item.retry_count,
    next_attempt_at = item.next_attempt_at,
    sent_at = item.sent_at,
    delivery = item.delivery,
    failure_kind = item.failure_kind,
    failure_cause = item.failure_cause,
    failure_reason = item.failure_reason,
    cancel_reason = item.cancel_reason,
    held_for = item.held_for,
    explanation = item.explanation,
    gateway_id = coalesce(item.gateway_id, l.gateway_id),
    api_response = coalesce(item.api_response, l.api_response),
    updated_at = greatest(item.at, l.updated_at + interval '1 microsecond')
FROM unnest(
    $1::uuid[], $2::timestamptz[], $3::text[], $4::jsonb[], $5::text[], $6::int[],
    $7::timestamptz[], $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
    $14::text[], $15::text[], $16::text[]
) AS item (
    message_id, at, gateway_id, api_response, status, retry_count, next_attempt_at, sent_at,
    delivery, failure_kind, failure_reason, cancel_reason, part, failure_cause,
    held_for, explanation
)
WHERE l.id = item.message_id;
