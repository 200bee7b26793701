-- Writes recipients that are there at the revision before. One array a column.
UPDATE whatsapp_campaign_recipients AS r
SET customer_id = item.customer_id,
    state = item.state,
    sentence = item.sentence,
    message_id = item.message_id,
    round = item.round,
    slot = item.slot,
    since = item.since,
    revision = item.revision
FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::int[], $8::timestamptz[],
    $9::timestamptz[], $10::int[]
) AS item (
    campaign_id, number_key, customer_id, state, sentence, message_id, round, slot, since, revision
)
WHERE r.campaign_id = item.campaign_id
    AND r.number_key = item.number_key
    AND r.revision = item.revision - 1;
