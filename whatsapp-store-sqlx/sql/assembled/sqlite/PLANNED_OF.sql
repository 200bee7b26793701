-- PLANNED_OF, made of these files of sql/sqlite:
-- planner/step.sql, planner/of_customers.sql.

-- Whole steps.
SELECT
    s.invoice_id, s.step, s.customer_id, s.subject, s.own_day, s.day, s.state, s.reason, s.sentence,
    s.message_id, s.round, s.number_key, s.since, s.told, s.revision,
    s.planned_for
FROM (
    SELECT
        due.*,
        row_number() OVER (
            PARTITION BY due.customer_id ORDER BY due.own_day, due.invoice_id, due.step
        ) AS place
    FROM json_each(?1) AS customer
    CROSS JOIN whatsapp_reminder_steps AS due
        ON due.customer_id = customer.value AND due.state = 'planned' AND due.day <= ?2
) AS s
WHERE s.place <= ?3
ORDER BY s.customer_id, s.own_day, s.invoice_id, s.step;
