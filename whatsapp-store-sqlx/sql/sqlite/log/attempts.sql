-- The attempts of message ?1.
SELECT
    no, part, gateway_host, key_mark, started_at, finished_at, outcome, http_status, detail,
    gateway_id, fetched_at,
    fetched_bytes
FROM whatsapp_message_attempts
WHERE message_id = ?1
ORDER BY no;
