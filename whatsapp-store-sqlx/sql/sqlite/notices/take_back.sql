-- Notices of what was mended before anybody was told.
DELETE FROM whatsapp_notices AS n
WHERE n.digest_id IS NULL
    AND
