FROM whatsapp_campaign_recipients AS r
WHERE r.campaign_id = $1 AND r.number_key > $2
ORDER BY r.number_key
LIMIT $3;
