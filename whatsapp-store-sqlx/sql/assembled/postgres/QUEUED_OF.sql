-- QUEUED_OF, made of these files of sql/postgres:
-- planner/step.sql, planner/queued_of.sql.

-- Whole steps.
SELECT
    s.invoice_id, s.step, s.customer_id, s.subject, s.own_day, s.day, s.state, s.reason, s.sentence,
    s.message_id, s.round, s.number_key, s.since, s.told, s.revision,
    s.planned_for
FROM unnest($1::text[]) AS customer (id)
CROSS JOIN LATERAL (
    SELECT *
    FROM whatsapp_reminder_steps AS queued
    -- As the index of customers has it, and in its order: that of all queued steps, which an equation would
    -- allow as well, might be read from end to end for each customer.
    WHERE queued.customer_id = customer.id AND queued.state IN ('held', 'queued')
        AND queued.state BETWEEN 'queued' AND 'queued'
    ORDER BY queued.own_day, queued.invoice_id, queued.step
    OFFSET 0
) AS s
ORDER BY s.customer_id, s.own_day, s.invoice_id, s.step;
