-- Takes the act under way that has waited longest and that nobody holds at ?2, until ?3, by token ?1. A claim that ends
-- after ?4 was made under a clock that was set back since.
UPDATE whatsapp_bulk
SET lease_token = ?1, lease_until = ?3
WHERE id = (
    SELECT id
    FROM whatsapp_bulk
    WHERE state = 'running' AND (lease_until IS NULL OR lease_until <= ?2 OR lease_until > ?4)
    ORDER BY changed_at, id
    LIMIT 1
)
RETURNING id;
