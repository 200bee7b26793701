-- Writes what is now known about attempts; what is not known keeps what is there.
UPDATE whatsapp_message_attempts AS a
SET finished_at = item.value ->> 'finished_at',
    outcome = coalesce(item.value ->> 'outcome', a.outcome),
    http_status = coalesce(item.value ->> 'http_status', a.http_status),
    detail = coalesce(item.value ->> 'detail', a.detail),
    gateway_id = coalesce(item.value ->> 'gateway_id', a.gateway_id)
FROM jsonb_each(?1) AS item
WHERE a.message_id = item.value ->> 'message_id'
    AND a.no = item.value ->> 'no';
