SELECT (SELECT COUNT(*) FROM invoices) + (SELECT COUNT(*) FROM orders);
