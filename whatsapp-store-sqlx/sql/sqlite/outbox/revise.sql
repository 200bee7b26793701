-- Writes what changes in messages before the POSTs that send them. Without a new link a file keeps its own.
UPDATE whatsapp_message_logs AS l
SET whatsapp_number = item.value ->> 'whatsapp_number',
    message_content = item.value ->> 'text',
    placeholder_values = item.value ->> 'placeholder_values',
    template_id = item.value ->> 'template_id',
    template_version = item.value ->> 'template_version',
    attachment_url = iif(
        l.attachment_url IS NULL, NULL, coalesce(item.value ->> 'url', l.attachment_url)
    ),
    attachment_until = iif(
        l.attachment_url IS NULL, NULL, coalesce(item.value ->> 'until', l.attachment_until)
    )
FROM jsonb_each(?1) AS item
WHERE l.id = item.value ->> 'message_id';
