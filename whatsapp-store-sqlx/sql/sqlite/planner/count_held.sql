-- How many steps are held, up to ?1.
SELECT count(*) AS number
FROM (SELECT 1 FROM whatsapp_reminder_steps WHERE state = 'held' LIMIT +?1);
