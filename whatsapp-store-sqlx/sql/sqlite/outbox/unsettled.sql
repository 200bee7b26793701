-- Those of the messages in the array ?1 to which more than a watch is owed.
SELECT message_id
FROM whatsapp_outbox
WHERE message_id IN (SELECT value FROM json_each(?1))
    AND step <> 'watch';
