-- Adds a template in its first version.
INSERT INTO whatsapp_templates (
    id, template_name, message_type, template_content, placeholders, is_active, version, created_at,
    updated_at, created_by, created_by_key
)
VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7, $8, $9);
