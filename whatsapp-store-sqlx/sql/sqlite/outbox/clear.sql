-- Nothing is owed any more for the messages in the array ?1.
DELETE FROM whatsapp_outbox
WHERE message_id IN (SELECT value FROM json_each(?1));
