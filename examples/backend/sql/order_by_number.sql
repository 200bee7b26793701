SELECT id, customer_id, number, items, delivered_on FROM orders WHERE number = $1;
