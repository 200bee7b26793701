-- The places of those begins in the array ?1 that were just counted: their attempts are not in the ledger yet.
SELECT json_group_array(item.key) AS items
FROM jsonb_each(?1) AS item
CROSS JOIN whatsapp_outbox AS o ON o.message_id = item.value ->> 0
WHERE o.lease_token = item.value ->> 1
    AND o.posts = item.value ->> 2
    AND o.open_since = item.value ->> 3
    AND o.lease_ends >= item.value ->> 6
    AND NOT EXISTS (
        SELECT 1
        FROM whatsapp_attempts_begun AS a
        WHERE a.message_id = o.message_id AND a.no = o.posts
    );
