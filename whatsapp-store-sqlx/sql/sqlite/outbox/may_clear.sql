-- Nothing is owed any more for the messages of those settlements in the array ?1 that still hold their lease.
DELETE FROM whatsapp_outbox
WHERE message_id IN (SELECT value ->> 0 FROM jsonb_each(?1))
    AND (message_id, lease_token) IN (SELECT value ->> 0, value ->> 1 FROM jsonb_each(?1));
