-- Gives the ids of the messages whose settlements in the array ?1 still hold their lease.
SELECT o.message_id
FROM (
    SELECT value ->> 0 AS message_id, value ->> 1 AS token
    FROM jsonb_each(?1)
) AS item
CROSS JOIN whatsapp_outbox AS o ON o.message_id = item.message_id
WHERE o.lease_token = item.token;
