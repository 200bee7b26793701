-- Nothing is owed any more for the messages $1.
DELETE FROM whatsapp_outbox
WHERE message_id = ANY ($1);
