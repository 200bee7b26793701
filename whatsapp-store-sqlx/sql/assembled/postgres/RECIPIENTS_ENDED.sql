-- RECIPIENTS_ENDED, made of these files of sql/postgres:
-- campaigns/recipient.sql, campaigns/ended.sql.

-- Whole recipients.
SELECT
    r.campaign_id, r.number, r.number_key, r.customer_id, r.state, r.sentence, r.message_id, r.round, r.slot,
    r.since, r.revision
    , l.status, l.sent_at, l.cancel_reason, l.failure_reason, l.explanation
FROM whatsapp_campaign_recipients AS r
-- OFFSET 0 keeps each of these a look-up.
LEFT JOIN LATERAL (
    SELECT * FROM whatsapp_message_logs AS log WHERE log.id = r.message_id OFFSET 0
) AS l ON TRUE
LEFT JOIN LATERAL (
    SELECT owed.message_id FROM whatsapp_outbox AS owed WHERE owed.message_id = r.message_id OFFSET 0
) AS o ON TRUE
WHERE r.state = 'queued'
    AND (
        l.id IS NULL
        OR l.status IN ('sent', 'cancelled')
        OR (l.status = 'failed' AND o.message_id IS NULL)
    )
ORDER BY r.campaign_id, r.number
LIMIT $1;
