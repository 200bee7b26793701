-- Raises how often slots were given, if that was ?1.
UPDATE whatsapp_campaign_slots SET revision = revision + 1 WHERE id = 1 AND revision = ?1;
