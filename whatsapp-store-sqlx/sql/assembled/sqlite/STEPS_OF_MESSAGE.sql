-- STEPS_OF_MESSAGE, made of these files of sql/sqlite:
-- planner/step.sql, planner/of_message.sql.

-- Whole steps.
SELECT
    s.invoice_id, s.step, s.customer_id, s.subject, s.own_day, s.day, s.state, s.reason, s.sentence,
    s.message_id, s.round, s.number_key, s.since, s.told, s.revision,
    s.planned_for
FROM whatsapp_reminder_steps AS s
WHERE s.message_id = ?1
ORDER BY s.invoice_id, s.step;
