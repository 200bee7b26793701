-- The attempts to number $1 that began at or after $2.
SELECT
    a.message_id, a.no,
    -- A file that goes ahead of its text bears its own name.
    CASE a.part WHEN 'file' THEN l.attachment_name ELSE l.message_content END AS message_content,
    a.started_at, a.outcome, a.gateway_id
FROM whatsapp_message_attempts AS a
INNER JOIN whatsapp_message_logs AS l ON l.id = a.message_id
WHERE a.whatsapp_number = $1
    AND a.started_at >= $2
ORDER BY a.started_at, a.message_id, a.no;
