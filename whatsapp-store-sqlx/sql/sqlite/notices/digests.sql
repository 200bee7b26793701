-- The newest digests.
SELECT id, created_at, sent_at
FROM whatsapp_digests
ORDER BY created_at DESC, id DESC
LIMIT +?1;
