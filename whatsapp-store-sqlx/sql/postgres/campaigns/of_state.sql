FROM whatsapp_campaign_recipients AS r
WHERE r.campaign_id = $1 AND r.number > $2 AND r.state = $4
ORDER BY r.number
LIMIT $3;
