-- The campaign ?1 as it stands.
SELECT state, collected, revision FROM whatsapp_campaigns WHERE id = ?1;
