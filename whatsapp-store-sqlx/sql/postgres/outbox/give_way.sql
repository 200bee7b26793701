-- Message $1, which failed, gives way to another one at $3, if it is still as it was seen at $2 and no message
-- has the key $4.
UPDATE whatsapp_message_logs AS l
SET updated_at = greatest($3, l.updated_at + interval '1 microsecond')
WHERE l.id = $1
    AND l.updated_at = $2
    AND NOT EXISTS (SELECT FROM whatsapp_message_logs AS c WHERE c.message_key = $4);
