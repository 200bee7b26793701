-- Whether anything is owed to message $1 and nobody holds it at $2, and since when an attempt is open.
SELECT open_since
FROM whatsapp_outbox
WHERE message_id = $1 AND (lease_until IS NULL OR lease_until <= $2)
FOR UPDATE;
