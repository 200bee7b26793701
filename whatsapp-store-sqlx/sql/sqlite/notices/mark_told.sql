-- Records who has digest ?1, if the claim is still ?2; the others get it from ?4 on.
UPDATE whatsapp_digests
SET told = ?3, again_at = ?4, lease_token = NULL, lease_until = NULL
WHERE id = ?1 AND lease_token = ?2 AND sent_at IS NULL;
