-- Which of them the filter shows. What is not asked is NULL, and what costs most comes last.
SELECT f.id, f.created_at, f.updated_at, (
    (f.created_at, f.id) > (coalesce($5, '-infinity'::timestamptz), $6::uuid)
    AND (f.created_at, f.id) < (coalesce($7, 'infinity'::timestamptz), $8::uuid)
    AND ($1::uuid[] IS NULL OR f.customer_id = ANY ($1))
    AND ($2::text[] IS NULL OR f.status = ANY ($2))
    AND ($3::text IS NULL OR f.message_type = $3)
    AND f.trigger_type = ANY ($4::text[])
    AND (
        $18::text[] IS NULL
        OR
