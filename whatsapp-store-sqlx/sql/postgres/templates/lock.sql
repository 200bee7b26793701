-- Locks the template $1, so that what is read of it next stays.
SELECT id FROM whatsapp_templates WHERE id = $1 FOR UPDATE;
