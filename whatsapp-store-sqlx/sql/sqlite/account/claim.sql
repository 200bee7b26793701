-- Claims events to tell of them: those that were not told and that nobody else has. A lease beyond
-- ?5 was given under a clock that was set back since.
UPDATE whatsapp_account_events
SET lease_token = ?2, lease_until = ?3
WHERE id IN (SELECT value FROM json_each(?1))
    AND account_id = ?6
    AND told_at IS NULL
    AND (lease_until IS NULL OR lease_until <= ?4 OR lease_until > ?5);
