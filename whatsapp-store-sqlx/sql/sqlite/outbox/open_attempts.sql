-- Opens the attempts in the array ?1, each of the part that is next, by account ?2. The unique index on open
-- ones refuses a second one of the same message.
INSERT INTO whatsapp_message_attempts (
    message_id, no, account_id, part, number_key, whatsapp_number, text_sha256, gateway_host,
    key_mark, started_at
)
SELECT
    l.id, item.no, ?2, l.part, item.number_key, item.whatsapp_number, unhex(item.text_sha256),
    item.gateway_host, item.key_mark, item.at
FROM (
    SELECT
        value ->> 0 AS message_id,
        value ->> 1 AS no,
        value ->> 2 AS at,
        value ->> 3 AS number_key,
        value ->> 4 AS whatsapp_number,
        value ->> 5 AS text_sha256,
        value ->> 6 AS gateway_host,
        value ->> 7 AS key_mark
    FROM jsonb_each(?1)
) AS item
CROSS JOIN whatsapp_message_logs AS l ON l.id = item.message_id;
