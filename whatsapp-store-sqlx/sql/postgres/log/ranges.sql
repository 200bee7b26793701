-- Messages with triggers $4, of a customer of $1 if that is given: the first ones of each trigger, along their
-- index, and of all these the first.
-- Parameters: $1 customer_id, $2 status, $3 message_type, $4 trigger_type, $5 low_at, $6 low_id,
-- $7 high_at, $8 high_id, $9 most.
WITH found AS (
    SELECT log.id, log.created_at
    FROM unnest($4::text[]) AS cause (trigger_type)
    CROSS JOIN LATERAL (
        SELECT id, created_at
        FROM whatsapp_message_logs
        WHERE trigger_type = cause.trigger_type
            AND ($1::uuid[] IS NULL OR customer_id = ANY ($1))
