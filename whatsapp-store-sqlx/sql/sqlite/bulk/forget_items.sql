-- Takes away the messages of acts that were counted before ?1 and never confirmed.
DELETE FROM whatsapp_bulk_items
WHERE bulk_id IN (SELECT id FROM whatsapp_bulk WHERE state = 'counted' AND at < ?1);
