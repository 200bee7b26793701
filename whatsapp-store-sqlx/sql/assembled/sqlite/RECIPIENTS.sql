-- RECIPIENTS, made of these files of sql/sqlite:
-- campaigns/recipient.sql, campaigns/of_campaign.sql.

-- Whole recipients.
SELECT
    r.campaign_id, r.number, r.number_key, r.customer_id, r.state, r.sentence, r.message_id, r.round, r.slot,
    r.since, r.revision
FROM whatsapp_campaign_recipients AS r
WHERE r.campaign_id = ?1 AND r.number > ?2
ORDER BY r.number
LIMIT +?3;
