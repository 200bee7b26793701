-- Adds what was learnt late, in the array ?1, to attempts that have their outcome; what is not known keeps
-- what is there.
UPDATE whatsapp_attempts_ended AS ended
SET finished_at = item.finished_at,
    outcome = coalesce(item.outcome, ended.outcome),
    http_status = coalesce(item.http_status, ended.http_status),
    detail = coalesce(item.detail, ended.detail),
    gateway_id = coalesce(item.gateway_id, ended.gateway_id)
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
WHERE ended.message_id = item.message_id
    AND ended.no = item.no;
