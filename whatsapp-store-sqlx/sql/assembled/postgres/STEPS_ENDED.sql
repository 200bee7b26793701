-- STEPS_ENDED, made of these files of sql/postgres:
-- planner/step.sql, planner/ended.sql.

-- Whole steps.
SELECT
    s.invoice_id, s.step, s.customer_id, s.subject, s.own_day, s.day, s.state, s.reason, s.sentence,
    s.message_id, s.round, s.number_key, s.since, s.told, s.revision,
    s.planned_for
    , l.status, l.sent_at, l.cancel_reason, l.failure_reason, l.explanation
FROM whatsapp_reminder_steps AS s
-- OFFSET 0 keeps each of these a look-up.
LEFT JOIN LATERAL (
    SELECT * FROM whatsapp_message_logs AS log WHERE log.id = s.message_id OFFSET 0
) AS l ON TRUE
LEFT JOIN LATERAL (
    SELECT owed.message_id FROM whatsapp_outbox AS owed WHERE owed.message_id = s.message_id OFFSET 0
) AS o ON TRUE
WHERE s.state = 'queued'
    AND (
        l.id IS NULL
        OR l.status IN ('sent', 'cancelled')
        OR (l.status = 'failed' AND o.message_id IS NULL)
    )
ORDER BY s.invoice_id, s.step
LIMIT $1;
