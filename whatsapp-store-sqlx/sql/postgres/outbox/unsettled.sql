-- Those of the messages $1 to which more than a watch is owed.
SELECT message_id
FROM whatsapp_outbox
WHERE message_id = ANY ($1)
    AND step <> 'watch';
