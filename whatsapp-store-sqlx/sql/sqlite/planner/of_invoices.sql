FROM whatsapp_reminder_steps AS s
WHERE s.invoice_id IN (SELECT value FROM json_each(?1))
ORDER BY s.invoice_id, s.step;
