-- Locks message $1 against workers: its row in the outbox, then its row in the log.
SELECT l.id
FROM whatsapp_message_logs AS l
LEFT JOIN (SELECT message_id FROM whatsapp_outbox WHERE message_id = $1 FOR UPDATE) AS o
    ON o.message_id = l.id
WHERE l.id = $1
FOR UPDATE OF l;
