-- Ends the claim of act ?1, which is done where no message is left.
UPDATE whatsapp_bulk
SET lease_token = NULL,
    lease_until = NULL,
    state = CASE
        WHEN state = 'running' AND NOT EXISTS (
            SELECT 1
            FROM whatsapp_bulk_items INDEXED BY idx_whatsapp_bulk_items_open
            WHERE bulk_id = ?1 AND outcome IS NULL
        ) THEN 'done'
        ELSE state
    END
WHERE id = ?1;
