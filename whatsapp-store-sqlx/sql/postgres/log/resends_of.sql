-- The messages as which message $1 was sent again.
SELECT id, created_at
FROM whatsapp_message_logs
WHERE resend_of = $1;
