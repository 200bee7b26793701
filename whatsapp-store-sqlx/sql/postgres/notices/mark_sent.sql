-- Records that digest $1 went out, if the claim is still $2.
UPDATE whatsapp_digests
SET sent_at = $3, lease_token = NULL, lease_until = NULL
WHERE id = $1 AND lease_token = $2 AND sent_at IS NULL;
