-- Adds a template, or changes the one with this id: its next version. Who made it and when stays.
INSERT INTO whatsapp_templates (
    id, template_name, message_type, template_content, placeholders, is_active, created_at,
    updated_at, created_by
)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)
ON CONFLICT (id) DO UPDATE SET
    template_name = excluded.template_name,
    message_type = excluded.message_type,
    template_content = excluded.template_content,
    placeholders = excluded.placeholders,
    is_active = excluded.is_active,
    version = whatsapp_templates.version + 1,
    updated_at = excluded.updated_at;
