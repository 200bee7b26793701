-- Adds recipients, but those whose number is there already. One array a column.
INSERT INTO whatsapp_campaign_recipients (
    campaign_id, number, number_key, customer_id, state, sentence, message_id, round, slot, since, revision
)
SELECT *
FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::int[],
    $9::timestamptz[], $10::timestamptz[], $11::int[]
) AS item (
    campaign_id, number, number_key, customer_id, state, sentence, message_id, round, slot, since, revision
)
ON CONFLICT (campaign_id, number) DO NOTHING;
