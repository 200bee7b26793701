-- RECIPIENTS_STRANDED, made of these files of sql/postgres:
-- campaigns/recipient.sql, campaigns/stranded.sql.

-- Whole recipients.
SELECT
    r.campaign_id, r.number, r.number_key, r.customer_id, r.state, r.sentence, r.message_id, r.round, r.slot,
    r.since, r.revision
FROM whatsapp_campaign_recipients AS r
WHERE r.state = 'queued'
    AND (r.campaign_id, r.number) > ($1::uuid, $2::text)
    AND NOT EXISTS (
        SELECT 1 FROM whatsapp_campaigns AS c WHERE c.id = r.campaign_id AND c.state = 'running'
    )
ORDER BY r.campaign_id, r.number
LIMIT $3;
