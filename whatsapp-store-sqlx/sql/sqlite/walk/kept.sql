-- Which of them the filter shows. What is not asked is NULL, and what costs most comes last.
-- Parameters: ?1 customer_id, ?2 status, ?3 message_type, ?4 trigger_type, ?5 low_at, ?6 low_id,
-- ?7 high_at, ?8 high_id, ?9 most, ?10 held_for, ?11 delivery, ?12 spelling, ?13 key_prefix, ?14 needs,
-- ?15 failed_since, ?16 silent_before, ?17 account_id, ?18 outcome.
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
