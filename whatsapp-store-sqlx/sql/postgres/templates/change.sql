-- Changes the template $1 that is in version $8, as the newest of its versions holds it; who made it
-- and when stays.
UPDATE whatsapp_templates AS t
SET template_name = $2, message_type = $3, template_content = $4, placeholders = $5, is_active = $6,
    updated_at = $7, version = $8::int + 1
WHERE t.id = $1
    AND t.version = $8
    AND EXISTS (
        SELECT FROM whatsapp_template_versions AS v
        WHERE v.template_id = t.id
            AND v.version = t.version
            AND v.template_name = t.template_name
            AND v.message_type = t.message_type
            AND v.template_content = t.template_content
            AND v.is_active = t.is_active
            AND v.version = (
                SELECT max(newest.version)
                FROM whatsapp_template_versions AS newest
                WHERE newest.template_id = $1
            )
    );
