-- Leases the oldest unsent digest that nobody holds at $3: one that some have already, or one that
-- nobody has, by $5. A lease beyond $4, and a time beyond $6, were given under a clock that was set
-- back since: the lease counts as run out, the time as come.
UPDATE whatsapp_digests
SET lease_token = $1, lease_until = $2
WHERE id = (
    SELECT id
    FROM whatsapp_digests
    WHERE sent_at IS NULL
        AND (lease_until IS NULL OR lease_until <= $3 OR lease_until > $4)
        AND (told IS NOT NULL) = $5
        AND (again_at IS NULL OR again_at <= $3 OR again_at > $6)
    ORDER BY created_at, id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING id, created_at, told;
