-- Writes down what came of the messages in the array ?2 of act ?1. That the act is read beside each item
-- makes the array lead to the messages, and not each message to the array.
UPDATE whatsapp_bulk_items
SET outcome = item.value ->> 1, sentence = item.value ->> 2, fresh = item.value ->> 3
FROM jsonb_each(?2) AS item
WHERE whatsapp_bulk_items.bulk_id = iif(item.key IS NULL, NULL, ?1)
    AND whatsapp_bulk_items.no = item.value ->> 0
    AND whatsapp_bulk_items.outcome IS NULL;
