-- Writes what became of the attempts in the array ?1 that were open.
INSERT INTO whatsapp_attempts_ended (
    message_id, no, account_id, gateway_host, finished_at, outcome, http_status, detail, gateway_id
)
SELECT
    begun.message_id, begun.no, begun.account_id, begun.gateway_host, value ->> 2, value ->> 3,
    value ->> 4, value ->> 5, value ->> 6
FROM jsonb_each(?1) AS item
CROSS JOIN whatsapp_attempts_begun AS begun
    ON begun.message_id = value ->> 0 AND begun.no = value ->> 1
WHERE NOT EXISTS (
    SELECT 1
    FROM whatsapp_attempts_ended AS ended
    WHERE ended.message_id = begun.message_id AND ended.no = begun.no
);
