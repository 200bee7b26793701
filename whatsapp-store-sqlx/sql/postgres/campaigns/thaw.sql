-- Takes at most $2 recipients of campaign $1 away.
DELETE FROM whatsapp_campaign_recipients
WHERE campaign_id = $1
    -- As an array they are looked up by the index; as a join each would be compared with all recipients.
    AND number = ANY (ARRAY(
        SELECT number FROM whatsapp_campaign_recipients WHERE campaign_id = $1 ORDER BY number LIMIT $2
    ));
