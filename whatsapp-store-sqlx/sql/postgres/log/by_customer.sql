-- A customer's messages $1, of status $2 and of type $3 if these are given, with triggers $4.
WITH page AS (
    SELECT id
    FROM whatsapp_message_logs
    WHERE customer_id = $1::uuid
        AND ($2::text IS NULL OR status = $2)
        AND ($3::text IS NULL OR message_type = $3)
        AND trigger_type = ANY ($4::text[])
