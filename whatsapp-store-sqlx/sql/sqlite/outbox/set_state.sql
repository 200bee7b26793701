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
    updated_at = max(item.at, l.updated_at + 1)
FROM (
    SELECT
        value ->> 0 AS message_id,
        value ->> 1 AS at,
        value ->> 2 AS gateway_id,
        value ->> 3 AS api_response,
        value ->> '$[4][0]' AS status,
        value ->> '$[4][1]' AS part,
        value ->> '$[4][2]' AS retry_count,
        value ->> '$[4][3]' AS next_attempt_at,
        value ->> '$[4][4]' AS sent_at,
        value ->> '$[4][5]' AS delivery,
        value ->> '$[4][6]' AS failure_kind,
        value ->> '$[4][7]' AS failure_cause,
        value ->> '$[4][8]' AS failure_reason,
        value ->> '$[4][9]' AS cancel_reason,
        value ->> '$[4][10]' AS held_for,
        value ->> '$[4][11]' AS explanation
    FROM jsonb_each(?1)
) AS item
WHERE l.id = item.message_id;
