-- The attempts under number key ?1 that began at or after ?2, and those that own one of the ids in ?3.
SELECT
    a.message_id, a.no, l.whatsapp_number,
    -- A file that goes ahead of its text bears its own name.
    iif(a.part = 'file', l.attachment_name, l.message_content) AS message_content,
    a.started_at, a.outcome, a.gateway_id
FROM whatsapp_message_attempts AS a
CROSS JOIN whatsapp_message_logs AS l ON l.id = a.message_id
WHERE a.number_key = ?1
    AND a.started_at >= ?2
UNION ALL
SELECT
    a.message_id, a.no, l.whatsapp_number,
    iif(a.part = 'file', l.attachment_name, l.message_content) AS message_content,
    a.started_at, a.outcome, a.gateway_id
FROM jsonb_each(?3) AS listed
CROSS JOIN whatsapp_message_attempts AS a ON a.gateway_id = listed.value
CROSS JOIN whatsapp_message_logs AS l ON l.id = a.message_id
WHERE NOT (a.number_key = ?1 AND a.started_at >= ?2);
