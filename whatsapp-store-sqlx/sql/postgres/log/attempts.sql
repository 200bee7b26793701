-- The attempts of message $1.
SELECT no, started_at, finished_at, outcome, http_status, detail, gateway_id
FROM whatsapp_message_attempts
WHERE message_id = $1
ORDER BY no;
