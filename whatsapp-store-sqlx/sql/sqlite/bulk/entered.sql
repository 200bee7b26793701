-- Which entries of the array ?1 the audit has.
SELECT id FROM whatsapp_audit WHERE id IN (SELECT value FROM json_each(?1));
