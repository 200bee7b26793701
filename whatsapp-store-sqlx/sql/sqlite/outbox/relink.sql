-- Gives files their new links, before the POSTs that carry them.
UPDATE whatsapp_message_logs AS l
SET attachment_url = item.value ->> 'url',
    attachment_until = item.value ->> 'until',
    message_content = item.value ->> 'text',
    placeholder_values = item.value ->> 'placeholder_values'
FROM jsonb_each(?1) AS item
WHERE l.id = item.value ->> 'message_id'
    AND l.attachment_url IS NOT NULL;
