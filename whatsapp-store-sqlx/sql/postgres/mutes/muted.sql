-- The mutes that hold about the things ($2, $3), with the places $1 of whoever asks.
SELECT
    item.place,
    m.id, m.target, m.target_id, m.category, m.actor, m.user_id, m.at, m.ended_at, m.ended_actor, m.ended_user_id
FROM unnest($1::int[], $2::text[], $3::text[]) AS item (place, target, target_id)
CROSS JOIN LATERAL (
    SELECT *
    FROM whatsapp_mutes AS there
    WHERE there.target = item.target AND there.target_id = item.target_id AND there.ended_at IS NULL
    -- Looked up one by one, however few they are.
    OFFSET 0
) AS m;
