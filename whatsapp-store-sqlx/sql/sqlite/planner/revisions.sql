-- How the steps in the array ?1 that are there were last changed.
SELECT s.invoice_id, s.step, s.revision
FROM jsonb_each(?1) AS item
CROSS JOIN whatsapp_reminder_steps AS s
    ON s.invoice_id = item.value ->> 0 AND s.step = item.value ->> 1;
