INSERT INTO customers (id, name, sought_name, whatsapp_number) VALUES ($1, $2, $3, $4);
