-- The campaign $1 as it stands, locked.
SELECT state, collected, revision FROM whatsapp_campaigns WHERE id = $1
FOR UPDATE;
