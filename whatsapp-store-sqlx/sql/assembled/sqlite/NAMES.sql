-- NAMES, made of these files of sql/sqlite:
-- log/by_ids.sql, log/names.sql.

-- The messages of the array ?1, as far as they are there.
WITH page AS (SELECT value AS id FROM json_each(?1))
SELECT l.id, l.created_at, l.customer_name
FROM page
CROSS JOIN whatsapp_message_logs AS l ON l.id = page.id;
