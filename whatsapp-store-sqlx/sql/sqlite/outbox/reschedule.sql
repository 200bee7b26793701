-- Gives message ?1 another instant, ?2, and what is said of it from now on, ?3.
UPDATE whatsapp_message_logs
SET scheduled_for = ?2,
    warning = ?3
WHERE id = ?1;
