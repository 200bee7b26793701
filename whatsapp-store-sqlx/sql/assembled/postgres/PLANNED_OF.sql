-- PLANNED_OF, made of these files of sql/postgres:
-- planner/step.sql, planner/of_customers.sql.

-- Whole steps.
SELECT
    s.invoice_id, s.step, s.customer_id, s.subject, s.own_day, s.day, s.state, s.reason, s.sentence,
    s.message_id, s.round, s.number_key, s.since, s.told, s.revision,
    s.planned_for
FROM unnest($1::text[]) AS customer (id)
CROSS JOIN LATERAL (
    SELECT *
    FROM whatsapp_reminder_steps AS due
    WHERE due.customer_id = customer.id AND due.state = 'planned' AND due.day <= $2
    ORDER BY due.own_day, due.invoice_id, due.step
    LIMIT $3
) AS s
ORDER BY s.customer_id, s.own_day, s.invoice_id, s.step;
