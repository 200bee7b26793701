-- A customer's messages $1, of status $2, of type $3 and waiting for one of $10 if these are given, with
-- triggers $4.
WITH page AS (
    SELECT id
    FROM whatsapp_message_logs
    WHERE customer_id = $1::uuid
        AND ($2::text IS NULL OR status = $2)
        AND ($3::text IS NULL OR message_type = $3)
        AND trigger_type = ANY ($4::text[])
        AND ($10::text[] IS NULL OR held_for = ANY ($10))
