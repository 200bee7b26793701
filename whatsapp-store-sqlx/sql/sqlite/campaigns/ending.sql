FROM whatsapp_campaigns AS c
WHERE c.state IN ('finished', 'cancelled') AND c.told <> 'end'
ORDER BY c.date, c.id;
