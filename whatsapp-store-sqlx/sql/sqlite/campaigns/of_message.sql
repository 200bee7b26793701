FROM whatsapp_campaign_recipients AS r
WHERE r.message_id = ?1
LIMIT 1;
