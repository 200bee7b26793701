-- Changes message $1 at $3, if it is still as it was seen at $2, and was not put aside so, or with $4 was.
UPDATE whatsapp_message_logs AS l
SET updated_at = greatest($3, l.updated_at + interval '1 microsecond')
WHERE l.id = $1
    AND l.updated_at = $2
    AND $4 = EXISTS (SELECT FROM whatsapp_put_aside AS p WHERE p.message_id = $1 AND p.seen = $2);
