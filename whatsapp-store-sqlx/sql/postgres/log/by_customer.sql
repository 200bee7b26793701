-- A customer's messages $1, of status $2 if that is given, of types $3 and with triggers $4.
WITH page AS (
    SELECT id
    FROM whatsapp_message_logs
    WHERE customer_id = $1::uuid
        AND ($2::text IS NULL OR status = $2)
        AND message_type = ANY ($3::text[])
        AND trigger_type = ANY ($4::text[])
