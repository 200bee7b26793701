SELECT id, name, whatsapp_number
FROM customers
WHERE id > $1
ORDER BY id
LIMIT $2;
