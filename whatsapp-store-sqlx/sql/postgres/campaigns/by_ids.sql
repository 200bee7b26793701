FROM whatsapp_campaigns AS c
WHERE c.id = ANY($1);
