-- Locks the messages $1 of the settlements that still hold their lease $2, and gives their places.
SELECT item.place
FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS item (message_id, token, place)
INNER JOIN whatsapp_outbox AS o ON o.message_id = item.message_id
WHERE o.lease_token = item.token
FOR UPDATE OF o;
