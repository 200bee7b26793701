-- Ends leases: a free one has not run out, and so counts as no expired lease when it is claimed again.
UPDATE whatsapp_outbox
SET lease_token = NULL, lease_until = NULL, lease_base = NULL, lease_ends = NULL
FROM jsonb_each(?1) AS item
WHERE message_id = item.value ->> 0
    AND lease_token = item.value ->> 1;
