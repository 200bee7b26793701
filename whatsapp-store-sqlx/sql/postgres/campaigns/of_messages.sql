FROM whatsapp_campaign_recipients AS r
WHERE r.message_id = ANY($1);
