FROM whatsapp_campaigns AS c
WHERE (c.date, c.id) < ($1::date, $2::uuid)
ORDER BY c.date DESC, c.id DESC
LIMIT $3;
