SELECT
    m.id, m.target, m.target_id, m.category, m.actor, m.user_id, m.at, m.ended_at, m.ended_actor, m.ended_user_id
FROM whatsapp_mutes AS m
