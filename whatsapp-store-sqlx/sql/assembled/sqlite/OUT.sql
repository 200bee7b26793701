-- OUT, made of these files of sql/sqlite:
-- log/by_ids.sql, log/texts.sql, log/export.sql.

-- The messages of the array ?1, as far as they are there.
WITH page AS (SELECT value AS id FROM json_each(?1))
, asked AS (SELECT ?2 AS texts)
-- Rows as they are taken out of the log, for the ids of a page, with their texts where that is asked.
SELECT
    l.id, l.created_at, l.customer_id, l.customer_name, l.whatsapp_number, l.message_type, l.trigger_type,
    l.status, l.delivery, l.retry_count, l.failure_reason, l.cancel_reason, l.subject, l.sent_at,
    CASE WHEN asked.texts THEN l.message_content END AS message_content
FROM page
CROSS JOIN asked
CROSS JOIN whatsapp_message_logs AS l ON l.id = page.id;
