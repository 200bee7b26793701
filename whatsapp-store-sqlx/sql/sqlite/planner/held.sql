FROM whatsapp_reminder_steps AS s
WHERE s.state = 'held'
