-- NAMES, made of these files of sql/postgres:
-- log/by_ids.sql, log/names.sql.

-- The messages $1, as far as they are there.
WITH page AS (SELECT unnest($1::uuid[]) AS id)
-- OFFSET 0 keeps this a look-up of each message.
SELECT l.id, l.created_at, l.customer_name
FROM page
CROSS JOIN LATERAL (
    SELECT id, created_at, customer_name
    FROM whatsapp_message_logs AS log
    WHERE log.id = page.id
    OFFSET 0
) AS l;
