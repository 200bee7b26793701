-- Ends the mute ?1 if it holds.
UPDATE whatsapp_mutes SET ended_at = ?2, ended_actor = ?3, ended_user_id = ?4
WHERE id = ?1 AND ended_at IS NULL
RETURNING id, target, target_id, category, actor, user_id, at, ended_at, ended_actor, ended_user_id;
