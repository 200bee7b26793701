-- The mutes that hold about the things (target, key) in the array ?1, with the place of whoever asks.
SELECT
    item.value ->> 0 AS place,
    m.id, m.target, m.target_id, m.category, m.actor, m.user_id, m.at, m.ended_at, m.ended_actor, m.ended_user_id
FROM jsonb_each(?1) AS item
CROSS JOIN whatsapp_mutes AS m
    ON m.target = item.value ->> 1 AND m.target_id = item.value ->> 2
WHERE m.ended_at IS NULL;
