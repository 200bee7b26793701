-- Which of these entries the audit has: each is looked up.
SELECT audit.id
FROM unnest($1::uuid[]) AS asked (id)
CROSS JOIN LATERAL (SELECT id FROM whatsapp_audit WHERE whatsapp_audit.id = asked.id OFFSET 0) AS audit;
