-- Leases the messages in the array ?3, which were just found claimable in this transaction.
UPDATE whatsapp_outbox
SET lease_token = ?1,
    lease_until = ?2,
    reaps = reaps + (lease_until IS NOT NULL)
WHERE message_id IN (SELECT value FROM json_each(?3));
