-- OPEN_STEPS_OF, made of these files of sql/sqlite:
-- planner/step.sql, planner/open_of.sql.

-- Whole steps.
SELECT
    s.invoice_id, s.step, s.customer_id, s.subject, s.own_day, s.day, s.state, s.reason, s.sentence,
    s.message_id, s.round, s.number_key, s.since, s.told, s.revision,
    s.planned_for
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
