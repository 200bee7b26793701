FROM unnest($1::text[]) AS customer (id)
CROSS JOIN LATERAL (
    SELECT *
    FROM whatsapp_reminder_steps AS queued
    -- As the index has it, and in its order.
    WHERE queued.customer_id = customer.id AND queued.state IN ('held', 'queued')
        AND queued.state = 'queued'
    ORDER BY queued.own_day, queued.invoice_id, queued.step
) AS s
ORDER BY s.customer_id, s.own_day, s.invoice_id, s.step;
