-- The last day on which each of the customers $1 was reminded, or is about to be.
SELECT customer.id AS customer_id, last.day
FROM unnest($1::text[]) AS customer (id)
CROSS JOIN LATERAL (
    SELECT s.day
    FROM whatsapp_reminder_steps AS s
    WHERE s.customer_id = customer.id AND s.state IN ('queued', 'sent')
    ORDER BY s.day DESC
    LIMIT 1
) AS last;
