-- Messages of act ?1 that came to ?2, behind place ?3: the first ?4.
SELECT no, message_id, seen, entry, arrived, hours, outcome, sentence, fresh
FROM whatsapp_bulk_items
WHERE bulk_id = ?1 AND outcome IS ?2 AND no > ?3
ORDER BY no
LIMIT +?4;
