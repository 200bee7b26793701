INSERT INTO invoices (id, customer_id, number, issued_on, due_on, amount)
VALUES ($1, $2, $3, $4, $5, $6);
