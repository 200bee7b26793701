-- Why recipients of campaign ?1 were left out, the ?2 most frequent reasons.
SELECT sentence, count(*) AS recipients
FROM whatsapp_campaign_recipients
WHERE campaign_id = ?1 AND state = 'left_out'
GROUP BY sentence
ORDER BY count(*) DESC, sentence
LIMIT +?2;
