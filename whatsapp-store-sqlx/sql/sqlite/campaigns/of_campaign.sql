FROM whatsapp_campaign_recipients AS r
WHERE r.campaign_id = ?1 AND r.number > ?2
ORDER BY r.number
LIMIT +?3;
