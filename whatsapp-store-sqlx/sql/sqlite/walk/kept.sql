-- Which of them the filter shows. What is not asked is NULL, and what costs most comes last.
SELECT f.id, f.created_at, f.updated_at, (
    (f.created_at, f.id) > (?5, ?6)
    AND (f.created_at, f.id) < (?7, ?8)
    AND (?1 IS NULL OR f.customer_id IN (SELECT value FROM json_each(?1)))
    AND (?2 IS NULL OR f.status IN (SELECT value FROM json_each(?2)))
    AND (?3 IS NULL OR f.message_type = ?3)
    AND f.trigger_type IN (SELECT value FROM json_each(?4))
    AND (
        ?18 IS NULL
        OR
