-- Writes what is now known about attempts; what is not known keeps what is there.
UPDATE whatsapp_message_attempts AS a
SET finished_at = item.finished_at,
    outcome = coalesce(item.outcome, a.outcome),
    http_status = coalesce(item.http_status, a.http_status),
    detail = coalesce(item.detail, a.detail),
    gateway_id = coalesce(item.gateway_id, a.gateway_id)
FROM unnest(
    $1::uuid[], $2::int[], $3::timestamptz[], $4::text[], $5::int[], $6::text[], $7::text[]
) AS item (message_id, no, finished_at, outcome, http_status, detail, gateway_id)
WHERE a.message_id = item.message_id
    AND a.no = item.no;
