-- MUTES, made of these files of sql/postgres:
-- mutes/mute.sql, mutes/page.sql.

SELECT
    m.id, m.target, m.target_id, m.category, m.actor, m.user_id, m.at, m.ended_at, m.ended_actor, m.ended_user_id
FROM whatsapp_mutes AS m
-- The newest before the point ($1, $2), about what is asked for; those that ended where $5 says so. Where
-- $7 names some, one of these.
WHERE (m.at, m.id) < ($1::timestamptz, $2::uuid)
    AND ($3::text IS NULL OR m.target = $3)
    AND ($4::text IS NULL OR m.target_id = $4)
    AND ($5::boolean OR m.ended_at IS NULL)
    AND ($7::uuid[] IS NULL OR m.id = ANY ($7))
ORDER BY m.at DESC, m.id DESC
LIMIT $6;
