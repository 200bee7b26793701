FROM whatsapp_campaigns AS c
WHERE (c.date, c.id) < (?1, ?2)
ORDER BY c.date DESC, c.id DESC
LIMIT +?3;
