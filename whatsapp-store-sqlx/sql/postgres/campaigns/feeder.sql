-- When a feeder last said that it runs.
SELECT fed_at FROM whatsapp_campaign_slots WHERE id = 1;
