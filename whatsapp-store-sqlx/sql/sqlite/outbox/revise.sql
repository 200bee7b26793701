-- Writes what changes in messages before the POSTs that send them. Without a new link a file keeps its own.
UPDATE whatsapp_message_logs AS l
SET whatsapp_number = item.value ->> 1,
    message_content = item.value ->> 2,
    placeholder_values = item.value ->> 3,
    template_id = item.value ->> 4,
    template_version = item.value ->> 5,
    attachment_url = iif(
        l.attachment_url IS NULL, NULL, coalesce(item.value ->> 6, l.attachment_url)
    ),
    attachment_until = iif(
        l.attachment_url IS NULL, NULL, coalesce(item.value ->> 7, l.attachment_until)
    )
FROM jsonb_each(?1) AS item
WHERE l.id = item.value ->> 0;
