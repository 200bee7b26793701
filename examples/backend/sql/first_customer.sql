SELECT id, name, whatsapp_number FROM customers ORDER BY name, id LIMIT 1;
