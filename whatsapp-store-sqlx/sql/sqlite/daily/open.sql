-- The first ?1 days with messages to which something is owed.
SELECT DISTINCT day
FROM whatsapp_daily INDEXED BY idx_whatsapp_daily_open
WHERE open > 0
ORDER BY day
LIMIT +?1;
