-- Puts a new digest together, leased, unless there is nothing to tell.
INSERT INTO whatsapp_digests (id, created_at, lease_token, lease_until)
SELECT $1, $2, $3, $4
WHERE EXISTS (SELECT 1 FROM whatsapp_notices WHERE digest_id IS NULL);
