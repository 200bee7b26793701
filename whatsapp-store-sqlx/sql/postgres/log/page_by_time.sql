-- All messages, further narrowed by what is asked for.
WITH page AS (
    SELECT id
    FROM (SELECT *, TRUE AS walked FROM whatsapp_message_logs) AS log
    -- Between two points of the order, neither of them included; NULL is no point.
    WHERE (created_at, id) > (coalesce($5, '-infinity'::timestamptz), $6::uuid)
        AND (created_at, id) < (coalesce($7, 'infinity'::timestamptz), $8::uuid)
        AND ($1::uuid IS NULL OR customer_id = $1)
        AND ($2::text IS NULL OR status = $2)
        AND ($3::text IS NULL OR message_type = $3)
        AND ($4::text IS NULL OR trigger_type = $4)
