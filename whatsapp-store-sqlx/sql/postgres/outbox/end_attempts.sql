-- Writes what became of attempts that were open.
INSERT INTO whatsapp_attempts_ended (
    message_id, no, account_id, gateway_host, finished_at, outcome, http_status, detail, gateway_id
)
SELECT
    item.message_id, item.no, begun.account_id, begun.gateway_host, item.finished_at, item.outcome,
    item.http_status, item.detail, item.gateway_id
FROM unnest(
    $1::uuid[], $2::int[], $3::timestamptz[], $4::text[], $5::int[], $6::text[], $7::text[]
) AS item (message_id, no, finished_at, outcome, http_status, detail, gateway_id)
INNER JOIN whatsapp_attempts_begun AS begun
    ON begun.message_id = item.message_id AND begun.no = item.no
WHERE NOT EXISTS (
    SELECT 1
    FROM whatsapp_attempts_ended AS ended
    WHERE ended.message_id = item.message_id AND ended.no = item.no
    -- Keeps this a look-up for each attempt: as a join it might compare each with all that have ended.
    OFFSET 0
);
