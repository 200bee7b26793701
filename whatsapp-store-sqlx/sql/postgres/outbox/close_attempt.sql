-- Closes the open attempt of message $1 at $2: nobody will look for it.
UPDATE whatsapp_message_attempts
SET outcome = 'unknown_held', finished_at = $2, detail = $3
WHERE message_id = $1 AND outcome IS NULL;
