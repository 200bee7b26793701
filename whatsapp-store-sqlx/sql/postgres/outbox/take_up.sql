-- Takes message $1 up again.
DELETE FROM whatsapp_put_aside WHERE message_id = $1;
