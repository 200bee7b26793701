-- Which of the messages in the array ?1 were put aside as they stand.
SELECT p.message_id
FROM json_each(?1) AS asked
CROSS JOIN whatsapp_put_aside AS p ON p.message_id = asked.value
CROSS JOIN whatsapp_message_logs AS l ON l.id = p.message_id AND l.updated_at = p.seen
GROUP BY p.message_id;
