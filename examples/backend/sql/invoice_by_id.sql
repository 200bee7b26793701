SELECT id, customer_id, number, issued_on, due_on, amount, paid_on FROM invoices WHERE id = $1;
