-- Moves the account's next slot.
UPDATE whatsapp_account
SET slot_base = $1,
    slot_elapsed = $2
WHERE id = $3;
