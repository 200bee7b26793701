-- SAME_MUTE, made of these files of sql/sqlite:
-- mutes/mute.sql, mutes/same.sql.

SELECT
    m.id, m.target, m.target_id, m.category, m.actor, m.user_id, m.at, m.ended_at, m.ended_actor, m.ended_user_id
FROM whatsapp_mutes AS m
-- The one of the category ?3 about (?1, ?2) that holds.
WHERE m.target = ?1 AND m.target_id = ?2 AND m.category = ?3 AND m.ended_at IS NULL;
