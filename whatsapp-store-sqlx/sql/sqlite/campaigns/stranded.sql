FROM whatsapp_campaign_recipients AS r
WHERE r.state = 'queued'
    AND (r.campaign_id, r.number) > (?1, ?2)
    AND NOT EXISTS (
        SELECT 1 FROM whatsapp_campaigns AS c WHERE c.id = r.campaign_id AND c.state = 'running'
    )
ORDER BY r.campaign_id, r.number
LIMIT +?3;
