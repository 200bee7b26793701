-- As claim.sql, for message ?6 alone.
UPDATE whatsapp_outbox
SET lease_token = ?1,
    lease_until = ?2,
    reaps = reaps + (lease_until IS NOT NULL)
WHERE message_id = ?6
    AND lane = ?3
    AND due_at <= ?4
    AND (lease_until IS NULL OR lease_until <= ?4 OR lease_until > ?5)
RETURNING message_id;
