-- The newest versions of template $1 before version $2.
SELECT
    version, version::text AS id, template_name, message_type, template_content, is_active, at, actor,
    user_id, note
FROM whatsapp_template_versions
WHERE template_id = $1 AND version < $2
ORDER BY version DESC
LIMIT $3;
