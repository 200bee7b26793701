-- Puts message $1 aside at $3, if it is still as it was seen at $2 and is not aside so already.
INSERT INTO whatsapp_put_aside (message_id, seen, at)
SELECT l.id, l.updated_at, $3::timestamptz
FROM whatsapp_message_logs AS l
WHERE l.id = $1 AND l.updated_at = $2
ON CONFLICT (message_id) DO UPDATE SET seen = excluded.seen, at = excluded.at
WHERE whatsapp_put_aside.seen <> excluded.seen;
