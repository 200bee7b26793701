-- Moves the account's next slot.
UPDATE whatsapp_account
SET next_slot = ?1
WHERE id = ?2;
