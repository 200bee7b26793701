-- COUNT_UNSENT, made of these files of sql/postgres:
-- log/ranges.sql, log/of_any_type.sql, log/of_unsent.sql, log/between.sql, log/newest.sql,
-- log/merged.sql, log/newest.sql, log/count.sql.

-- Messages with triggers $4, of a customer of $1 if that is given: the first ones of each trigger, along their
-- index, and of all these the first.
-- Parameters: $1 customer_id, $2 status, $3 message_type, $4 trigger_type, $5 low_at, $6 low_id,
-- $7 high_at, $8 high_id, $9 most.
WITH found AS (
    SELECT log.id, log.created_at
    FROM unnest($4::text[]) AS cause (trigger_type)
    CROSS JOIN LATERAL (
        SELECT id, created_at
        FROM whatsapp_message_logs
        WHERE trigger_type = cause.trigger_type
            AND ($1::uuid[] IS NULL OR customer_id = ANY ($1))
            -- Of type $3 if that is given.
            AND ($3::text IS NULL OR message_type = $3)
            -- Of the one status of $2, which is failed or cancelled.
            AND unsent = ($2::text[])[1]
        -- Between two points of the order, neither of them included; NULL is no point.
        AND (created_at, id) > (coalesce($5, '-infinity'::timestamptz), $6::uuid)
        AND (created_at, id) < (coalesce($7, 'infinity'::timestamptz), $8::uuid)
    ORDER BY created_at DESC, id DESC
    LIMIT $9
)
    AS log
), page AS (
    SELECT id
    FROM found
    ORDER BY created_at DESC, id DESC
    LIMIT $9
)
SELECT count(*) AS number FROM page;
