-- The default template of type $1: the active one that changed last.
SELECT
    id, template_name, message_type, template_content, array_to_json(placeholders)::text AS placeholders,
    is_active, version, created_at, updated_at, coalesce(created_by_key, created_by::text) AS created_by
FROM whatsapp_templates
WHERE message_type = $1 AND is_active
ORDER BY updated_at DESC, id DESC
LIMIT 1;
