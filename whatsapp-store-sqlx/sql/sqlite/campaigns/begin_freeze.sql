-- Begins to collect recipients of draft ?1 at revision ?2.
UPDATE whatsapp_campaigns SET collected = collected + 1
WHERE id = ?1 AND revision = ?2 AND state = 'draft'
RETURNING collected;
