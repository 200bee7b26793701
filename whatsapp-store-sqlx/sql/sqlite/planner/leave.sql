-- Those of the messages in the array ?1 that nobody has in flight, or whoever has the claim beside them: steps
-- may leave them.
SELECT o.message_id
FROM jsonb_each(?1) AS item
CROSS JOIN whatsapp_outbox AS o ON o.message_id = item.value ->> 0
WHERE CASE
    WHEN item.value ->> 1 IS NOT NULL THEN o.lease_token = item.value ->> 1
    ELSE o.step = 'send' AND o.lease_token IS NULL AND o.open_since IS NULL
END;
