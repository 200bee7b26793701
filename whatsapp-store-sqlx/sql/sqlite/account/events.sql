-- The newest events of the account, the newest first.
SELECT id, kind, reason, detail, at, told_at
FROM whatsapp_account_events
WHERE account_id = ?2
ORDER BY at DESC, id DESC
LIMIT +?1;
