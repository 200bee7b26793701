-- Keeps the template $1 as it is in its versions: by whom ($3, $4), at $2, with the note $5.
INSERT INTO whatsapp_template_versions (
    template_id, version, template_name, message_type, template_content, is_active, at, actor, user_id,
    note
)
SELECT id, version, template_name, message_type, template_content, is_active, $2, $3, $4, $5
FROM whatsapp_templates
WHERE id = $1;
