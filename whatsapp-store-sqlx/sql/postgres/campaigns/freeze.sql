-- Adds recipients, but those whose number is there already. One array a column.
INSERT INTO whatsapp_campaign_recipients (
    campaign_id, number_key, customer_id, state, sentence, message_id, round, slot, since, revision
)
SELECT *
FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::int[], $8::timestamptz[],
    $9::timestamptz[], $10::int[]
)
ON CONFLICT (campaign_id, number_key) DO NOTHING;
