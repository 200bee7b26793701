-- All templates.
SELECT
    id, template_name, message_type, template_content, placeholders, is_active, version, created_at,
    updated_at, created_by
FROM whatsapp_templates;
