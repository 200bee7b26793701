FROM json_each(?1) AS id
CROSS JOIN whatsapp_campaign_recipients AS r ON r.message_id = id.value;
