FROM unnest($1::text[]) AS customer (id)
CROSS JOIN LATERAL (
    SELECT *
    FROM whatsapp_reminder_steps AS queued
    -- As the index has it.
    WHERE queued.customer_id = customer.id AND queued.state IN ('queued', 'sent')
        AND queued.state = 'queued'
) AS s
ORDER BY s.customer_id, s.own_day, s.invoice_id, s.step;
