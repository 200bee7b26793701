-- Those of the messages in the array ?1 that were sent again.
SELECT DISTINCT l.resend_of
FROM json_each(?1) AS item
CROSS JOIN whatsapp_message_logs AS l ON l.resend_of = item.value;
