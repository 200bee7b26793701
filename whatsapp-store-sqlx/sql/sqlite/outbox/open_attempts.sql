-- Opens attempts, each of the part that is next. The unique index on open ones refuses a second one of
-- the same message.
INSERT INTO whatsapp_message_attempts (
    message_id, no, account_id, part, number_key, whatsapp_number, text_sha256, gateway_host,
    key_mark, started_at
)
SELECT
    l.id, item.value ->> 'no', item.value ->> 'account_id', l.part, item.value ->> 'number_key',
    item.value ->> 'whatsapp_number',
    unhex(item.value ->> 'text_sha256'), item.value ->> 'gateway_host', item.value ->> 'key_mark',
    item.value ->> 'at'
FROM jsonb_each(?1) AS item
CROSS JOIN whatsapp_message_logs AS l ON l.id = item.value ->> 'message_id';
