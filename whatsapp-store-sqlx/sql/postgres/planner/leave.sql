-- Locks those of the messages $1 that nobody has in flight, or whoever has the claim beside them in $2: steps
-- may leave them.
SELECT o.message_id
FROM unnest($1::uuid[], $2::uuid[]) AS item (message_id, claim)
CROSS JOIN LATERAL (
    SELECT owed.message_id
    FROM whatsapp_outbox AS owed
    WHERE owed.message_id = item.message_id
        AND CASE
            WHEN item.claim IS NOT NULL THEN owed.lease_token = item.claim
            ELSE owed.step = 'send' AND owed.lease_token IS NULL AND owed.open_since IS NULL
        END
    FOR UPDATE
) AS o;
