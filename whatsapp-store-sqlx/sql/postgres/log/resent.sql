-- Those of the messages $1 that were sent again.
SELECT DISTINCT resend_of
FROM whatsapp_message_logs
WHERE resend_of = ANY ($1);
