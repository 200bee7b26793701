-- Messages with triggers $4, of a customer of $1 if that is given: the first ones of each trigger, along their
-- index, and of all these the first.
WITH found AS (
    SELECT log.id, log.created_at
    FROM unnest($4::text[]) AS cause (trigger_type)
    CROSS JOIN LATERAL (
        SELECT id, created_at
        FROM whatsapp_message_logs
        WHERE trigger_type = cause.trigger_type
            AND ($1::uuid[] IS NULL OR customer_id = ANY ($1))
