INSERT INTO orders (id, customer_id, number, items) VALUES ($1, $2, $3, $4);
