-- Writes recipients that are there at the revision before. One array a column.
UPDATE whatsapp_campaign_recipients AS r
SET number_key = item.number_key,
    customer_id = item.customer_id,
    state = item.state,
    sentence = item.sentence,
    message_id = item.message_id,
    round = item.round,
    slot = item.slot,
    since = item.since,
    revision = item.revision
FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::int[],
    $9::timestamptz[], $10::timestamptz[], $11::int[]
) AS item (
    campaign_id, number, number_key, customer_id, state, sentence, message_id, round, slot, since, revision
)
WHERE r.campaign_id = item.campaign_id
    AND r.number = item.number
    AND r.revision = item.revision - 1;
