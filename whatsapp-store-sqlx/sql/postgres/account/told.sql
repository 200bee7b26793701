-- Records that the events of a claim were told.
UPDATE whatsapp_account_events
SET told_at = $2, lease_token = NULL, lease_until = NULL
WHERE lease_token = $1 AND told_at IS NULL;
