-- The default template of type ?1: the active one that changed last.
SELECT
    id, template_name, message_type, template_content, placeholders, is_active, version, created_at,
    updated_at, created_by
FROM whatsapp_templates
WHERE message_type = ?1 AND is_active = 1
ORDER BY updated_at DESC, id DESC
LIMIT 1;
