-- Leases the messages in the array ?3, which were just found claimable in this transaction, until ?2 by the
-- wall clock and ?5 by elapsed time of base ?4.
UPDATE whatsapp_outbox
SET lease_token = ?1,
    lease_until = ?2,
    lease_base = ?4,
    lease_ends = ?5,
    expired_leases = expired_leases + (lease_until IS NOT NULL)
WHERE message_id IN (SELECT value FROM json_each(?3));
