FROM whatsapp_reminder_steps AS s
WHERE s.message_id = $1
ORDER BY s.invoice_id, s.step;
