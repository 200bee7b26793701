-- How often slots were given.
SELECT revision FROM whatsapp_campaign_slots WHERE id = 1;
