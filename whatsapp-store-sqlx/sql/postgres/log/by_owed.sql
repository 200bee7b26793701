-- Messages of a status of $2, of those to which a send or a look is owed, with triggers $4, and of type $3 and
-- of a customer of $1 if these are given.
WITH page AS (
    SELECT id
    FROM (
        SELECT o.created_at, o.message_id AS id, l.customer_id, l.message_type, l.trigger_type, l.status
        FROM whatsapp_outbox AS o
        -- OFFSET 0 keeps this a look-up of each row that is owed.
        CROSS JOIN LATERAL (
            SELECT customer_id, message_type, trigger_type, status
            FROM whatsapp_message_logs AS log
            WHERE log.id = o.message_id
            OFFSET 0
        ) AS l
        WHERE o.lane <> 'watch'
    ) AS owed
    WHERE status = ANY ($2::text[])
        AND ($3::text IS NULL OR message_type = $3)
        AND trigger_type = ANY ($4::text[])
        AND ($1::uuid[] IS NULL OR customer_id = ANY ($1))
