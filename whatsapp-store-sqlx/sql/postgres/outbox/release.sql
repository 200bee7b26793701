-- Ends the leases of messages $1 that still have the tokens $2: a free one has not run out, and so
-- counts as no expired lease when it is claimed again.
UPDATE whatsapp_outbox AS o
SET lease_token = NULL, lease_until = NULL, lease_base = NULL, lease_ends = NULL
FROM unnest($1::uuid[], $2::uuid[]) AS item (message_id, token)
WHERE o.message_id = item.message_id
    AND o.lease_token = item.token;
