-- QUEUED_OF, made of these files of sql/sqlite:
-- planner/step.sql, planner/queued_of.sql.

-- Whole steps.
SELECT
    s.invoice_id, s.step, s.customer_id, s.subject, s.own_day, s.day, s.state, s.reason, s.sentence,
    s.message_id, s.round, s.number_key, s.since, s.told, s.revision,
    s.planned_for
FROM json_each(?1) AS customer
-- The states as the index has them.
CROSS JOIN whatsapp_reminder_steps AS s
    ON s.customer_id = customer.value AND s.state IN ('held', 'queued') AND s.state = 'queued'
ORDER BY s.customer_id, s.own_day, s.invoice_id, s.step;
