-- Closes the open attempt of message $1 at $2: nobody will look for it.
INSERT INTO whatsapp_attempts_ended (
    message_id, no, account_id, gateway_host, finished_at, outcome, detail
)
SELECT begun.message_id, begun.no, begun.account_id, begun.gateway_host, $2, 'unknown_held', $3
FROM whatsapp_attempts_begun AS begun
WHERE begun.message_id = $1
    AND NOT EXISTS (
        SELECT 1
        FROM whatsapp_attempts_ended AS ended
        WHERE ended.message_id = begun.message_id AND ended.no = begun.no
    );
