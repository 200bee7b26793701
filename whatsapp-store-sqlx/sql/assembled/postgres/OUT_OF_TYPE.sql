-- OUT_OF_TYPE, made of these files of sql/postgres:
-- log/ranges.sql, log/of_type.sql, log/of_any_status.sql, log/between.sql, log/newest.sql,
-- log/merged.sql, log/newest.sql, log/asked.sql, log/export.sql.

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
            -- Of type $3.
            AND message_type = $3::text
            -- Of a status of $2 if that is given.
            AND ($2::text[] IS NULL OR status = ANY ($2))
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
, asked AS (SELECT $10::boolean AS texts)
-- Rows as they are taken out of the log, for the ids of a page, with their texts where that is asked. Each
-- row is looked up, whatever the planner takes the rest to cost. OFFSET 0 makes it so.
SELECT
    l.id, l.created_at, coalesce(l.customer_key, l.customer_id::text) AS customer_id, l.customer_name,
    l.whatsapp_number, l.message_type, l.trigger_type, l.status, l.delivery, l.retry_count,
    l.failure_reason, l.cancel_reason, l.subject, l.sent_at,
    CASE WHEN asked.texts THEN l.message_content END AS message_content
FROM page
CROSS JOIN asked
CROSS JOIN LATERAL (
    SELECT * FROM whatsapp_message_logs AS log WHERE log.id = page.id OFFSET 0
) AS l;
