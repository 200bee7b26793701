-- Locks those of the messages $1 that wait and that nobody has in hand: steps may leave them.
SELECT o.message_id
FROM whatsapp_outbox AS o
WHERE o.message_id = ANY ($1) AND o.step = 'send' AND o.lease_token IS NULL AND o.open_since IS NULL
ORDER BY o.message_id
FOR UPDATE;
