-- Opens attempts of account $7: of messages $1 with numbers $2 and parts $10 at instants $3, to telephones
-- with keys $4 and numbers $5, that send texts with hashes $6 by gateways at hosts $8 with keys of marks
-- $9. A trigger refuses a second open one of the same message.
INSERT INTO whatsapp_attempts_begun (
    message_id, no, account_id, part, number_key, whatsapp_number, text_sha256, gateway_host,
    key_mark, started_at
)
SELECT
    item.message_id, item.no, $7::smallint AS account_id, item.part, item.number_key, item.whatsapp_number,
    item.text_sha256, item.gateway_host, item.key_mark, item.at
FROM unnest(
    $1::uuid[], $2::int[], $3::timestamptz[], $4::text[], $5::text[], $6::bytea[], $8::text[], $9::text[],
    $10::text[]
) AS item (
    message_id, no, at, number_key, whatsapp_number, text_sha256, gateway_host, key_mark, part
);
