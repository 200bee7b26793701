-- The last day on which each of the customers in the array ?1 was reminded, or is about to be.
WITH last AS MATERIALIZED (
    SELECT
        customer.value AS customer_id,
        (
            SELECT max(s.day)
            FROM whatsapp_reminder_steps AS s
            WHERE s.customer_id = customer.value AND s.state IN ('queued', 'sent')
        ) AS day
    FROM json_each(?1) AS customer
)
SELECT customer_id, day FROM last WHERE day IS NOT NULL;
