FROM unnest($1::text[]) AS customer (id)
CROSS JOIN LATERAL (
    SELECT *
    FROM whatsapp_reminder_steps AS due
    WHERE due.customer_id = customer.id AND due.state = 'planned' AND due.day <= $2
    ORDER BY due.own_day, due.invoice_id, due.step
    LIMIT $3
) AS s
ORDER BY s.customer_id, s.own_day, s.invoice_id, s.step;
