-- How many messages remind each of the numbers in the array ?2 on day ?1.
WITH reminded AS MATERIALIZED (
    SELECT
        number.value AS number_key,
        (
            SELECT count(DISTINCT s.message_id)
            FROM whatsapp_reminder_steps AS s
            WHERE s.number_key = number.value AND s.day = ?1 AND s.state IN ('queued', 'sent')
        ) AS messages
    FROM json_each(?2) AS number
)
SELECT number_key, messages FROM reminded WHERE messages > 0;
