-- PLANNED_STEPS, made of these files of sql/postgres:
-- planner/step.sql, planner/planned.sql, planner/due.sql.

-- Whole steps.
SELECT
    s.invoice_id, s.step, s.customer_id, s.subject, s.own_day, s.day, s.state, s.reason, s.sentence,
    s.message_id, s.round, s.number_key, s.since, s.told, s.revision,
    s.planned_for
FROM whatsapp_reminder_steps AS s
WHERE s.state = 'planned'
    AND s.day <= $1
    AND (s.own_day, s.invoice_id, s.step) > ($2::date, $3::text, $4::text)
ORDER BY s.own_day, s.invoice_id, s.step
LIMIT $5;
