FROM whatsapp_campaigns AS c
WHERE c.state IN ('armed', 'running', 'paused')
ORDER BY c.date, c.id;
