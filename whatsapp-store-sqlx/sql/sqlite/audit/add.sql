-- Writes what was done, in the transaction of the act.
INSERT INTO whatsapp_audit (id, at, actor, user_id, act, target, target_id, change)
SELECT
    value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
    value ->> 7
FROM jsonb_each(?1);
