-- Adds messages to act $1. One array a column.
INSERT INTO whatsapp_bulk_items
    (bulk_id, no, message_id, seen, entry, arrived, hours, outcome, sentence, fresh)
SELECT $1 AS bulk_id, no, message_id, seen, entry, arrived, hours, outcome, sentence, fresh
FROM unnest(
    $2::int[], $3::uuid[], $4::timestamptz[], $5::uuid[], $6::boolean[], $7::boolean[], $8::text[],
    $9::text[], $10::uuid[]
) AS item (no, message_id, seen, entry, arrived, hours, outcome, sentence, fresh);
