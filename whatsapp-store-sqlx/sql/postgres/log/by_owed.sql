-- Messages of status $2, of those to which a send or a look is owed, of types $3 and with triggers $4,
-- and of customer $1 if that is given.
WITH page AS (
    SELECT id
    FROM (
        SELECT o.created_at, o.message_id AS id, l.customer_id, l.message_type, l.trigger_type, l.status
        FROM whatsapp_outbox AS o
        INNER JOIN whatsapp_message_logs AS l ON l.id = o.message_id
        WHERE o.lane <> 'watch'
    ) AS owed
    WHERE status = $2::text
        AND message_type = ANY ($3::text[])
        AND trigger_type = ANY ($4::text[])
        AND ($1::uuid IS NULL OR customer_id = $1)
