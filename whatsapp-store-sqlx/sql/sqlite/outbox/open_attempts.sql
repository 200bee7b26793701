-- Opens the attempts in the array ?1, by account ?2. The reference to the attempt before refuses a
-- second open one of the same message.
INSERT INTO whatsapp_attempts_begun (
    message_id, no, account_id, part, number_key, whatsapp_number, text_sha256, gateway_host,
    key_mark, started_at
)
SELECT
    value ->> 0, value ->> 1, ?2, value ->> 2, value ->> 3, value ->> 4, unhex(value ->> 5),
    value ->> 6, value ->> 7, value ->> 8
FROM jsonb_each(?1);
