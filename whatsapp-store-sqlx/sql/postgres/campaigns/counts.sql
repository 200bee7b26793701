-- How many recipients of campaign $1 stand where.
SELECT state, count(*) AS recipients
FROM whatsapp_campaign_recipients
WHERE campaign_id = $1
GROUP BY state;
