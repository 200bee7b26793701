-- Takes the recipients of campaign $1 away.
DELETE FROM whatsapp_campaign_recipients WHERE campaign_id = $1;
