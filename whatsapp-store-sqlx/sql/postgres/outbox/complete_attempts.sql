-- Adds what was learnt late to attempts that have their outcome; what is not known keeps what is there.
UPDATE whatsapp_attempts_ended AS ended
SET finished_at = item.finished_at,
    outcome = coalesce(item.outcome, ended.outcome),
    http_status = coalesce(item.http_status, ended.http_status),
    detail = coalesce(item.detail, ended.detail),
    gateway_id = coalesce(item.gateway_id, ended.gateway_id)
FROM unnest(
    $1::uuid[], $2::int[], $3::timestamptz[], $4::text[], $5::int[], $6::text[], $7::text[]
) AS item (message_id, no, finished_at, outcome, http_status, detail, gateway_id)
WHERE ended.message_id = item.message_id
    AND ended.no = item.no;
