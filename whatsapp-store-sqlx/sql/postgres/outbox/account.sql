-- The account's shared state.
SELECT pause_reason, pause_since, pause_until, next_slot
FROM whatsapp_account
WHERE id = 1;
