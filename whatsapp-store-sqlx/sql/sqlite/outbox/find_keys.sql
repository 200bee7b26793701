-- The messages under the keys in the array ?1.
SELECT l.message_key, l.id, lower(hex(l.fingerprint)) AS fingerprint
FROM json_each(?1) AS item
CROSS JOIN whatsapp_message_logs AS l ON l.message_key = item.value;
