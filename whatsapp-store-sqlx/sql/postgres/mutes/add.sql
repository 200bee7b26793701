-- Sets a mute, unless the same one holds.
INSERT INTO whatsapp_mutes (id, target, target_id, category, actor, user_id, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (target, target_id, category) WHERE ended_at IS NULL DO NOTHING;
