-- RECIPIENTS_ENDED, made of these files of sql/sqlite:
-- campaigns/recipient.sql, campaigns/ended.sql.

-- Whole recipients.
SELECT
    r.campaign_id, r.number, r.number_key, r.customer_id, r.state, r.sentence, r.message_id, r.round, r.slot,
    r.since, r.revision
    , l.status, l.sent_at, l.cancel_reason, l.failure_reason, l.explanation
FROM whatsapp_campaign_recipients AS r
LEFT JOIN whatsapp_message_logs AS l ON l.id = r.message_id
LEFT JOIN whatsapp_outbox AS o ON o.message_id = r.message_id
WHERE r.state = 'queued'
    AND (
        l.id IS NULL
        OR l.status IN ('sent', 'cancelled')
        OR (l.status = 'failed' AND o.message_id IS NULL)
    )
ORDER BY r.campaign_id, r.number
LIMIT +?1;
