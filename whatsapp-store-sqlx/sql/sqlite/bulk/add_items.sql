-- Adds the messages in the array ?2 to act ?1.
INSERT INTO whatsapp_bulk_items
    (bulk_id, no, message_id, seen, entry, arrived, hours, outcome, sentence, fresh)
SELECT
    ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
    value ->> 7, value ->> 8
FROM jsonb_each(?2);
