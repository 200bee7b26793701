-- Takes message ?1 up again, if it is still as it was seen at ?2 and was put aside so.
DELETE FROM whatsapp_put_aside
WHERE message_id = ?1
    AND seen = ?2
    AND EXISTS (SELECT 1 FROM whatsapp_message_logs AS l WHERE l.id = ?1 AND l.updated_at = ?2);
