-- Gives the files of messages $1 their new links $2, which end at $3, and the texts $4 with
-- their values $5, before the POSTs that carry them.
UPDATE whatsapp_message_logs AS l
SET attachment_url = item.url,
    attachment_until = item.until,
    message_content = item.content,
    placeholder_values = item.placeholder_values
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::jsonb[])
    AS item (message_id, url, until, content, placeholder_values)
WHERE l.id = item.message_id
    AND l.attachment_url IS NOT NULL;
