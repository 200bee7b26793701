-- Which of the messages $1 were put aside as they stand.
SELECT p.message_id
FROM whatsapp_put_aside AS p
WHERE p.message_id = ANY ($1)
    AND EXISTS (
        SELECT 1
        FROM whatsapp_message_logs AS l
        WHERE l.id = p.message_id AND l.updated_at = p.seen
        OFFSET 0
    );
