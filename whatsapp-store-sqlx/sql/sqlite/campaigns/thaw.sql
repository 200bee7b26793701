-- Takes at most ?2 recipients of campaign ?1 away.
DELETE FROM whatsapp_campaign_recipients
WHERE campaign_id = ?1
    AND number IN (
        SELECT number FROM whatsapp_campaign_recipients WHERE campaign_id = ?1 ORDER BY number LIMIT +?2
    );
