-- Messages with one trigger, further narrowed by what else is asked for.
WITH page AS (
    SELECT id
    FROM whatsapp_message_logs
    WHERE trigger_type = $4
        AND ($1::uuid IS NULL OR customer_id = $1)
        AND ($2::text IS NULL OR status = $2)
        AND ($3::text IS NULL OR message_type = $3)
