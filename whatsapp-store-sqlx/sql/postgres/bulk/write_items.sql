-- Writes down what came of messages of act $1. One array a column.
UPDATE whatsapp_bulk_items AS i
SET outcome = item.outcome, sentence = item.sentence, fresh = item.fresh
FROM unnest($2::int[], $3::text[], $4::text[], $5::uuid[]) AS item (no, outcome, sentence, fresh)
-- The places twice: the index leads to these alone.
WHERE i.bulk_id = $1 AND i.no = ANY ($2) AND i.no = item.no AND i.outcome IS NULL;
