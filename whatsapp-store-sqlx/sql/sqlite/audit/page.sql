-- The newest entries since ?9 before the point (?1, ?2), by whom, of which act and about what is asked for.
-- Parameters: ?1 before_at, ?2 before_id, ?3 actor, ?4 user_id, ?5 act, ?6 target, ?7 target_id, ?8 most,
-- ?9 since, ?10 kind.
SELECT id, at, actor, user_id, act, target, target_id, change
FROM whatsapp_audit
WHERE (at, id) < (?1, ?2)
    AND (?3 IS NULL OR actor = ?3)
    AND (?4 IS NULL OR user_id = ?4)
    AND (?5 IS NULL OR act = ?5)
    AND (?6 IS NULL OR target = ?6)
    AND (?7 IS NULL OR target_id = ?7)
    AND at >= ?9
    AND (?10 IS NULL OR target = ?10)
ORDER BY at DESC, id DESC
LIMIT +?8;
