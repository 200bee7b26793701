-- OUT, made of these files of sql/postgres:
-- log/by_ids.sql, log/texts.sql, log/export.sql.

-- The messages $1, as far as they are there.
WITH page AS (SELECT unnest($1::uuid[]) AS id)
, asked AS (SELECT $2::boolean AS texts)
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
