-- RECIPIENTS_OF_MESSAGES, made of these files of sql/postgres:
-- campaigns/recipient.sql, campaigns/of_messages.sql.

-- Whole recipients.
SELECT
    r.campaign_id, r.number, r.number_key, r.customer_id, r.state, r.sentence, r.message_id, r.round, r.slot,
    r.since, r.revision
FROM whatsapp_campaign_recipients AS r
WHERE r.message_id = ANY($1);
