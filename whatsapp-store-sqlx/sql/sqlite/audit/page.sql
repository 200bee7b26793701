-- The newest entries since ?9 before the point (?1, ?2), by whom, of which act and about what is asked for.
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
