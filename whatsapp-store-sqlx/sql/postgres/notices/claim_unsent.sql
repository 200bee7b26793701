-- Leases the oldest unsent digest that nobody holds at $3. A lease beyond $4 was given under a
-- clock that was set back since, and counts as run out.
UPDATE whatsapp_digests
SET lease_token = $1, lease_until = $2
WHERE id = (
    SELECT id
    FROM whatsapp_digests
    WHERE sent_at IS NULL
        AND (lease_until IS NULL OR lease_until <= $3 OR lease_until > $4)
    ORDER BY created_at, id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING id, created_at;
