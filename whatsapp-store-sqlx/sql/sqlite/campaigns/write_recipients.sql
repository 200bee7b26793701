-- Writes the recipients in the array ?1 that are there at the revision before.
UPDATE whatsapp_campaign_recipients
SET number_key = item.value ->> 2,
    customer_id = item.value ->> 3,
    state = item.value ->> 4,
    sentence = item.value ->> 5,
    message_id = item.value ->> 6,
    round = item.value ->> 7,
    slot = item.value ->> 8,
    since = item.value ->> 9,
    revision = item.value ->> 10
FROM jsonb_each(?1) AS item
WHERE whatsapp_campaign_recipients.campaign_id = item.value ->> 0
    AND whatsapp_campaign_recipients.number = item.value ->> 1
    AND whatsapp_campaign_recipients.revision = (item.value ->> 10) - 1;
