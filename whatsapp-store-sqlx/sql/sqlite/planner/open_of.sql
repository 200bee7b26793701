-- What is still to come for a customer: two ranges, each in the order of its index.
FROM (
    SELECT * FROM (
        SELECT *
        FROM whatsapp_reminder_steps AS planned
        WHERE planned.customer_id = ?1 AND planned.state = 'planned'
        ORDER BY planned.own_day, planned.invoice_id, planned.step
        LIMIT +?2
    )
    UNION ALL
    SELECT * FROM (
        SELECT *
        FROM whatsapp_reminder_steps AS open
        WHERE open.customer_id = ?1 AND open.state IN ('held', 'queued')
        ORDER BY open.own_day, open.invoice_id, open.step
        LIMIT +?2
    )
) AS s
ORDER BY s.own_day, s.invoice_id, s.step
LIMIT +?2;
