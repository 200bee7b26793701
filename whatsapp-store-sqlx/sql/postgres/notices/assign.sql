-- Every notice that is in no digest yet goes into digest $1.
UPDATE whatsapp_notices
SET digest_id = $1
WHERE digest_id IS NULL;
