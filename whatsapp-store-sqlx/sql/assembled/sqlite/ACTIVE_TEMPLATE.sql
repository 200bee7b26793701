-- ACTIVE_TEMPLATE, made of these files of sql/sqlite:
-- templates/select.sql, templates/active.sql.

-- Templates, and whether the newest of their versions holds them as they are.
SELECT
    t.id, t.template_name, t.message_type, t.template_content, t.placeholders,
    t.is_active, t.version, t.created_at, t.updated_at, t.created_by,
    v.version IS NOT NULL
        AND v.version = t.version
        AND v.template_name = t.template_name
        AND v.message_type = t.message_type
        AND v.template_content = t.template_content
        AND v.is_active = t.is_active AS is_recorded
FROM whatsapp_templates AS t
LEFT JOIN whatsapp_template_versions AS v ON v.template_id = t.id AND v.version = (
    SELECT max(newest.version) FROM whatsapp_template_versions AS newest WHERE newest.template_id = t.id
)
-- The default of type ?1: the active one that changed last.
WHERE t.message_type = ?1 AND t.is_active = 1
ORDER BY t.updated_at DESC, t.id DESC
LIMIT 1;
