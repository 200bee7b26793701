-- Nothing is owed any more for those of the messages $1 whose settlements still hold their lease $2;
-- gives their places.
DELETE FROM whatsapp_outbox AS o
USING unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS item (message_id, token, place)
WHERE o.message_id = item.message_id
    AND o.lease_token = item.token
RETURNING item.place;
