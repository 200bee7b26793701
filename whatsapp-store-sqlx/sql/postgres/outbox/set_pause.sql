-- Pauses the account, or lifts the pause with NULLs.
UPDATE whatsapp_account
SET pause_reason = $1, pause_since = $2, pause_until = $3
WHERE id = 1;
