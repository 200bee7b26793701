-- Takes away acts that were counted before ?1 and never confirmed.
DELETE FROM whatsapp_bulk WHERE state = 'counted' AND changed_at < ?1;
