-- The template $1.
SELECT
    id, template_name, message_type, template_content, array_to_json(placeholders)::text AS placeholders,
    is_active, version, created_at, updated_at, coalesce(created_by_key, created_by::text) AS created_by
FROM whatsapp_templates
WHERE id = $1;
