SELECT id, customer_id, number, issued_on, due_on, amount, paid_on
FROM invoices
WHERE paid_on IS NULL AND id > $1
ORDER BY id
LIMIT $2;
