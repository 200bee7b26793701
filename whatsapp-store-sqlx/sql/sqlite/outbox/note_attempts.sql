-- Writes the replies in the array ?1 that left the outcome unknown into the attempts that they leave open;
-- what is not known keeps what is there. An attempt that is open owns no id.
UPDATE whatsapp_attempts_begun AS begun
SET unclear_at = item.finished_at,
    http_status = coalesce(item.http_status, begun.http_status),
    detail = coalesce(item.detail, begun.detail)
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
WHERE begun.message_id = item.message_id
    AND begun.no = item.no
    AND item.gateway_id IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM whatsapp_attempts_ended AS ended
        WHERE ended.message_id = item.message_id AND ended.no = item.no
    );
