FROM json_each(?1) AS id
CROSS JOIN whatsapp_campaigns AS c ON c.id = id.value;
