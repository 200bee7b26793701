-- Counts the POSTs that are about to be made. The log row is left alone until the outcome is known,
-- and the message keeps its place in the order.
UPDATE whatsapp_outbox
SET step = 'send',
    open_since = item.value ->> 'at',
    open_base = item.value ->> 'open_base',
    open_elapsed = item.value ->> 'open_elapsed',
    look_base = NULL,
    look_elapsed = NULL,
    posts = item.value ->> 'no',
    looks = 0,
    looks_unavailable = 0
FROM jsonb_each(?1) AS item
WHERE message_id = item.value ->> 'message_id';
