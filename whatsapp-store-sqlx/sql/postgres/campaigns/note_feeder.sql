-- A feeder runs at $1, unless one said so later.
UPDATE whatsapp_campaign_slots SET fed_at = $1 WHERE id = 1 AND (fed_at IS NULL OR fed_at < $1);
