FROM whatsapp_reminder_steps AS s
WHERE s.invoice_id = ANY ($1)
ORDER BY s.invoice_id, s.step;
