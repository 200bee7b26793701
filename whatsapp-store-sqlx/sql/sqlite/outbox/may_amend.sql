-- Whether message ?1 is still as it was seen at ?2, and nobody holds it at ?3, or
-- at elapsed time ?5 of base ?4 by which it was leased. An open attempt
-- counts as held: a begin leaves the log row, and so what was seen, as it was.
SELECT l.id
FROM whatsapp_message_logs AS l
LEFT JOIN whatsapp_outbox AS o ON o.message_id = l.id
WHERE l.id = ?1
    AND l.updated_at = ?2
    AND o.open_since IS NULL
    AND (
        o.lease_until IS NULL
        OR CASE WHEN o.lease_base = ?4 THEN o.lease_ends <= ?5 ELSE o.lease_until <= ?3 END
    );
