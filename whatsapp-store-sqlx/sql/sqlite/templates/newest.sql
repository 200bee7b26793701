-- The newest of the versions of template ?1.
SELECT max(version) AS version FROM whatsapp_template_versions WHERE template_id = ?1;
