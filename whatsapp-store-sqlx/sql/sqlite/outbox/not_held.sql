-- Whether anything is owed to message ?1 and nobody holds it at ?2, or at elapsed time ?4 of base ?3 by which
-- it was leased; and since when an attempt is open.
SELECT open_since
FROM whatsapp_outbox
WHERE message_id = ?1
    AND (
        lease_until IS NULL
        OR CASE WHEN lease_base = ?3 THEN lease_ends <= ?4 ELSE lease_until <= ?2 END
    );
