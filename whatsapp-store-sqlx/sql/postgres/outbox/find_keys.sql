-- The messages under the keys $1.
SELECT message_key, id, encode(fingerprint, 'hex') AS fingerprint
FROM whatsapp_message_logs
WHERE message_key = ANY ($1);
