-- Writes what was done, in the transaction of the act. One array a column.
INSERT INTO whatsapp_audit (id, at, actor, user_id, act, target, target_id, change)
SELECT id, at, actor, user_id, act, target, target_id, change::jsonb
FROM unnest(
    $1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]
) AS item (id, at, actor, user_id, act, target, target_id, change);
