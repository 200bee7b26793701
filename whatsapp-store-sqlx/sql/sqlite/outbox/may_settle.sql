-- Which of the settlements in the array ?1 still hold their lease.
SELECT json_group_array(item.key) AS items
FROM jsonb_each(?1) AS item
CROSS JOIN whatsapp_outbox AS o ON o.message_id = item.value ->> 'message_id'
WHERE o.lease_token = item.value ->> 'token';
