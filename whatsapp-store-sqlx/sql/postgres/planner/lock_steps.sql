-- Locks the steps ($1, $2) that are there, in the order of the arrays, and tells how they were last changed.
SELECT s.invoice_id, s.step, s.revision
FROM unnest($1::text[], $2::text[]) AS item (invoice_id, step)
CROSS JOIN LATERAL (
    SELECT invoice_id, step, revision
    FROM whatsapp_reminder_steps AS there
    WHERE there.invoice_id = item.invoice_id AND there.step = item.step
    FOR UPDATE
) AS s;
