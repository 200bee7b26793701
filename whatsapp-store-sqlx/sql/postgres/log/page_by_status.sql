-- Messages of one status, further narrowed by what else is asked for. The column is part of the bounds
-- and of the order, so that only the index that begins with it can serve.
WITH page AS (
    SELECT id
    FROM (SELECT *, status AS walked FROM whatsapp_message_logs) AS log
    -- Between two points of the order, neither of them included; NULL is no point.
    WHERE (walked, created_at, id) > ($2::text, coalesce($5, '-infinity'::timestamptz), $6::uuid)
        AND (walked, created_at, id) < ($2::text, coalesce($7, 'infinity'::timestamptz), $8::uuid)
        AND ($1::uuid IS NULL OR customer_id = $1)
        AND ($3::text IS NULL OR message_type = $3)
        AND ($4::text IS NULL OR trigger_type = $4)
