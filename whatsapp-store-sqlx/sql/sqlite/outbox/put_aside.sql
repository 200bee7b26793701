-- Puts message ?1 aside at ?2, as it stands.
INSERT INTO whatsapp_put_aside (message_id, seen, at)
SELECT l.id, l.updated_at, ?2
FROM whatsapp_message_logs AS l
WHERE l.id = ?1
ON CONFLICT (message_id) DO UPDATE SET seen = excluded.seen, at = excluded.at;
