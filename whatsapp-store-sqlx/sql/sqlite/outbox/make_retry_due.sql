-- Says of the retries that wait because of ?1 that they are due at ?2.
UPDATE whatsapp_message_logs
SET next_attempt_at = ?2
WHERE held_for = ?1
    AND next_attempt_at > ?2;
