-- Nothing is owed any more for those of the messages whose settlements in the array ?1 still hold their lease;
-- gives their ids.
DELETE FROM whatsapp_outbox
WHERE (message_id, lease_token) IN (SELECT value ->> 0, value ->> 1 FROM jsonb_each(?1))
RETURNING message_id;
