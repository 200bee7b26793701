-- The first ?2 messages of act ?1 whose turn has not come.
SELECT no, message_id, seen, entry, arrived, hours, outcome, sentence, fresh
FROM whatsapp_bulk_items INDEXED BY idx_whatsapp_bulk_items_open
WHERE bulk_id = ?1 AND outcome IS NULL
ORDER BY no
LIMIT +?2;
