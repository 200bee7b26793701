FROM whatsapp_campaigns AS c
WHERE c.id = ?1;
