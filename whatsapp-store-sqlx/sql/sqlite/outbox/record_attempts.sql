-- Writes what is now known about attempts; what is not known keeps what is there.
UPDATE whatsapp_message_attempts AS a
SET finished_at = item.finished_at,
    outcome = coalesce(item.outcome, a.outcome),
    http_status = coalesce(item.http_status, a.http_status),
    detail = coalesce(item.detail, a.detail),
    gateway_id = coalesce(item.gateway_id, a.gateway_id)
FROM (
    SELECT
        value ->> 0 AS message_id,
        value ->> 1 AS no,
        value ->> 2 AS finished_at,
        value ->> 3 AS outcome,
        value ->> 4 AS http_status,
        value ->> 5 AS detail,
        value ->> 6 AS gateway_id
    FROM jsonb_each(?1)
) AS item
WHERE a.message_id = item.message_id
    AND a.no = item.no;
