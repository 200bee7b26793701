FROM json_each(?1) AS customer
-- The states as the index has them.
CROSS JOIN whatsapp_reminder_steps AS s
    ON s.customer_id = customer.value AND s.state IN ('held', 'queued') AND s.state = 'queued'
ORDER BY s.customer_id, s.own_day, s.invoice_id, s.step;
