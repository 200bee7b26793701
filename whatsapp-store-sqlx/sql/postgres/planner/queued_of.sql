FROM unnest($1::text[]) AS customer (id)
CROSS JOIN LATERAL (
    SELECT *
    FROM whatsapp_reminder_steps AS queued
    -- As the index of customers has it: that of all queued steps, which an equation would allow as well, might
    -- be read from end to end for each customer.
    WHERE queued.customer_id = customer.id AND queued.state IN ('queued', 'sent')
        AND queued.state BETWEEN 'queued' AND 'queued'
    OFFSET 0
) AS s
ORDER BY s.customer_id, s.own_day, s.invoice_id, s.step;
