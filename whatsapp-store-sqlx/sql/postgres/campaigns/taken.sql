-- The slots from $1 on.
SELECT slot FROM whatsapp_campaign_recipients WHERE slot >= $1;
