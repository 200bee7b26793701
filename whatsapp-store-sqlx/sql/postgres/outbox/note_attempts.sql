-- Writes replies that left the outcome unknown into the attempts that they leave open; what is not known
-- keeps what is there. An attempt that is open owns no id.
UPDATE whatsapp_attempts_begun AS begun
SET unclear_at = item.finished_at,
    http_status = coalesce(item.http_status, begun.http_status),
    detail = coalesce(item.detail, begun.detail)
FROM unnest(
    $1::uuid[], $2::int[], $3::timestamptz[], $4::text[], $5::int[], $6::text[], $7::text[]
) AS item (message_id, no, finished_at, outcome, http_status, detail, gateway_id)
WHERE begun.message_id = item.message_id
    AND begun.no = item.no
    AND item.gateway_id IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM whatsapp_attempts_ended AS ended
        WHERE ended.message_id = item.message_id AND ended.no = item.no
        OFFSET 0
    );
