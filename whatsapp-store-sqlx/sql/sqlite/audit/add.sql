-- Writes what was done, in the transaction of the act.
INSERT INTO whatsapp_audit (id, at, actor, user_id, act, target, target_id, change)
SELECT
    item.value ->> 'id',
    item.value ->> 'at',
    item.value ->> 'actor',
    item.value ->> 'user_id',
    item.value ->> 'act',
    item.value ->> 'target',
    item.value ->> 'target_id',
    item.value ->> 'change'
FROM jsonb_each(?1) AS item;
