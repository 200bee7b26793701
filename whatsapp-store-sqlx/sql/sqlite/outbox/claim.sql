-- Leases the longest due messages of lane ?3 at ?4. A lease beyond ?5 was given under a clock that
-- was set back since, and counts as run out.
UPDATE whatsapp_outbox
SET lease_token = ?1,
    lease_until = ?2,
    reaps = reaps + (lease_until IS NOT NULL)
WHERE message_id IN (
    SELECT message_id
    FROM whatsapp_outbox
    WHERE lane = ?3
        AND due_at <= ?4
        AND (lease_until IS NULL OR lease_until <= ?4 OR lease_until > ?5)
    ORDER BY due_at, message_id
    LIMIT ?6
)
RETURNING message_id;
