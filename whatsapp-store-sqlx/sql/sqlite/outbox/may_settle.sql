-- The places of those settlements in the array ?1 that still hold their lease.
SELECT json_group_array(item.key) AS items
FROM jsonb_each(?1) AS item
CROSS JOIN whatsapp_outbox AS o ON o.message_id = item.value ->> 0
WHERE o.lease_token = item.value ->> 1;
