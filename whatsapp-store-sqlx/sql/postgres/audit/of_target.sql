-- The newest entries about one thing since $9 before the point ($1, $2), by whom and of which act is asked for.
-- Parameters: $1 before_at, $2 before_id, $3 actor, $4 user_id, $5 act, $6 target, $7 target_id, $8 most,
-- $9 since, $10 kind.
SELECT id, at, actor, user_id, act, target, target_id, change::text AS change
FROM whatsapp_audit
WHERE target = $6
    AND target_id = $7
    AND (at, id) < ($1::timestamptz, $2::uuid)
    AND ($3::text IS NULL OR actor = $3)
    AND ($4::text IS NULL OR user_id = $4)
    AND ($5::text IS NULL OR act = $5)
    AND at >= $9::timestamptz
    AND ($10::text IS NULL OR target = $10)
ORDER BY at DESC, id DESC
LIMIT $8;
