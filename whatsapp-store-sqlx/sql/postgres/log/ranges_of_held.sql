-- Messages that wait for one of $10, with triggers $4, and of customer $1, of status $2 and of type $3 if
-- these are given: the first ones of each reason and trigger, along their index, and of all these the first.
WITH found AS (
    SELECT log.id, log.created_at
    FROM unnest($10::text[]) AS reason (held_for)
    CROSS JOIN unnest($4::text[]) AS cause (trigger_type)
    CROSS JOIN LATERAL (
        SELECT id, created_at
        FROM whatsapp_message_logs
        WHERE held_for = reason.held_for
            AND trigger_type = cause.trigger_type
            AND ($1::uuid IS NULL OR customer_id = $1)
            AND ($2::text IS NULL OR status = $2)
            AND ($3::text IS NULL OR message_type = $3)
