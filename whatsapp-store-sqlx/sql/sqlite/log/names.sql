SELECT l.id, l.created_at, l.customer_name
FROM page
CROSS JOIN whatsapp_message_logs AS l ON l.id = page.id;
