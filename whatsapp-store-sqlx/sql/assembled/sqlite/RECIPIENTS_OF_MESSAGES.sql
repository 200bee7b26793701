-- RECIPIENTS_OF_MESSAGES, made of these files of sql/sqlite:
-- campaigns/recipient.sql, campaigns/of_messages.sql.

-- Whole recipients.
SELECT
    r.campaign_id, r.number, r.number_key, r.customer_id, r.state, r.sentence, r.message_id, r.round, r.slot,
    r.since, r.revision
FROM json_each(?1) AS id
CROSS JOIN whatsapp_campaign_recipients AS r ON r.message_id = id.value;
