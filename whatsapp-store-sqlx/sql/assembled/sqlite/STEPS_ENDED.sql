-- STEPS_ENDED, made of these files of sql/sqlite:
-- planner/step.sql, planner/ended.sql.

-- Whole steps.
SELECT
    s.invoice_id, s.step, s.customer_id, s.subject, s.own_day, s.day, s.state, s.reason, s.sentence,
    s.message_id, s.round, s.number_key, s.since, s.told, s.revision,
    s.planned_for
    , l.status, l.sent_at, l.cancel_reason, l.failure_reason, l.explanation
FROM whatsapp_reminder_steps AS s
LEFT JOIN whatsapp_message_logs AS l ON l.id = s.message_id
LEFT JOIN whatsapp_outbox AS o ON o.message_id = s.message_id
WHERE s.state = 'queued'
    AND (
        l.id IS NULL
        OR l.status IN ('sent', 'cancelled')
        OR (l.status = 'failed' AND o.message_id IS NULL)
    )
ORDER BY s.invoice_id, s.step
LIMIT +?1;
