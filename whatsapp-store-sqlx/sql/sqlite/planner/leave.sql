-- Those of the messages in the array ?1 that wait and that nobody has in hand: steps may leave them.
SELECT o.message_id
FROM json_each(?1) AS item
CROSS JOIN whatsapp_outbox AS o ON o.message_id = item.value
WHERE o.step = 'send' AND o.lease_token IS NULL AND o.open_since IS NULL;
