-- Whole recipients.
SELECT
    r.campaign_id, r.number, r.number_key, r.customer_id, r.state, r.sentence, r.message_id, r.round, r.slot,
    r.since, r.revision
