-- Adds the recipients in the array ?1, but those whose number is there already.
INSERT INTO whatsapp_campaign_recipients (
    campaign_id, number, number_key, customer_id, state, sentence, message_id, round, slot, since, revision
)
SELECT
    value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
    value ->> 8, value ->> 9, value ->> 10
FROM jsonb_each(?1)
WHERE true -- Without it the parser takes ON CONFLICT for the condition of a join.
ON CONFLICT (campaign_id, number) DO NOTHING;
