-- Writes the recipients in the array ?1 that are there at the revision before.
UPDATE whatsapp_campaign_recipients
SET customer_id = item.value ->> 2,
    state = item.value ->> 3,
    sentence = item.value ->> 4,
    message_id = item.value ->> 5,
    round = item.value ->> 6,
    slot = item.value ->> 7,
    since = item.value ->> 8,
    revision = item.value ->> 9
FROM jsonb_each(?1) AS item
WHERE whatsapp_campaign_recipients.campaign_id = item.value ->> 0
    AND whatsapp_campaign_recipients.number_key = item.value ->> 1
    AND whatsapp_campaign_recipients.revision = (item.value ->> 9) - 1;
