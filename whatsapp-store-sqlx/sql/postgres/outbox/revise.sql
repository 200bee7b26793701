-- Writes what changes in messages $1 before the POSTs that send them. Without a new link a file keeps its own.
UPDATE whatsapp_message_logs AS l
SET whatsapp_number = item.whatsapp_number,
    message_content = item.content,
    placeholder_values = item.placeholder_values,
    template_id = item.template_id,
    template_version = item.template_version,
    attachment_url = CASE
        WHEN l.attachment_url IS NOT NULL THEN coalesce(item.url, l.attachment_url)
    END,
    attachment_until = CASE
        WHEN l.attachment_url IS NOT NULL THEN coalesce(item.until, l.attachment_until)
    END
FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::json[], $5::uuid[], $6::int[], $7::text[],
    $8::timestamptz[]
) AS item (
    message_id, whatsapp_number, content, placeholder_values, template_id, template_version, url, until
)
WHERE l.id = item.message_id;
