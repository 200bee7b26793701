-- Makes due at ?2 what waits because of ?1 and is due later.
UPDATE whatsapp_outbox
SET due_at = ?2
WHERE due_at > ?2
    AND message_id IN (SELECT id FROM whatsapp_message_logs WHERE held_for = ?1);
