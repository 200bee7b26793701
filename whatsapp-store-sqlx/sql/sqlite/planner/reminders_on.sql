-- How many messages remind or greet each of the numbers in the array ?2 on day ?1.
WITH reminded AS MATERIALIZED (
    SELECT
        number.value AS number_key,
        (
            SELECT count(DISTINCT s.message_id)
            FROM whatsapp_reminder_steps AS s
            WHERE s.number_key = number.value AND s.day = ?1 AND s.state IN ('queued', 'sent')
        ) + (
            SELECT count(*)
            FROM whatsapp_campaign_recipients AS r
            CROSS JOIN whatsapp_campaigns AS c ON c.id = r.campaign_id
            WHERE r.number_key = number.value
                AND r.state IN ('queued', 'sent')
                AND c.date = ?1
                AND c.kind = 'festival'
        ) AS messages
    FROM json_each(?2) AS number
)
SELECT number_key, messages FROM reminded WHERE messages > 0;
