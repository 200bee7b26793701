INSERT INTO customers (id, name, whatsapp_number) VALUES ($1, $2, $3);
