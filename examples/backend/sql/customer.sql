SELECT id, name, whatsapp_number FROM customers WHERE id = $1;
