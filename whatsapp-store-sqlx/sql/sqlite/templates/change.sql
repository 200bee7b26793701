-- Changes the template ?1 that is in version ?8, as the newest of its versions holds it; who made it
-- and when stays.
UPDATE whatsapp_templates
SET template_name = ?2, message_type = ?3, template_content = ?4, placeholders = ?5, is_active = ?6,
    updated_at = ?7, version = ?8 + 1
WHERE id = ?1
    AND version = ?8
    AND EXISTS (
        SELECT 1 FROM whatsapp_template_versions AS v
        WHERE v.template_id = id
            AND v.version = whatsapp_templates.version
            AND v.template_name = whatsapp_templates.template_name
            AND v.message_type = whatsapp_templates.message_type
            AND v.template_content = whatsapp_templates.template_content
            AND v.is_active = whatsapp_templates.is_active
            AND v.version = (
                SELECT max(newest.version)
                FROM whatsapp_template_versions AS newest
                WHERE newest.template_id = ?1
            )
    );
