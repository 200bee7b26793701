-- MUTES, made of these files of sql/sqlite:
-- mutes/mute.sql, mutes/page.sql.

SELECT
    m.id, m.target, m.target_id, m.category, m.actor, m.user_id, m.at, m.ended_at, m.ended_actor, m.ended_user_id
FROM whatsapp_mutes AS m
-- The newest before the point (?1, ?2), about what is asked for; those that ended where ?5 says so. Where
-- ?7 names some, one of these.
WHERE (m.at, m.id) < (?1, ?2)
    AND (?3 IS NULL OR m.target = ?3)
    AND (?4 IS NULL OR m.target_id = ?4)
    AND (?5 OR m.ended_at IS NULL)
    AND (?7 IS NULL OR m.id IN (SELECT value FROM json_each(?7)))
ORDER BY m.at DESC, m.id DESC
LIMIT +?6;
