-- Which of the begins in the array ?1 may go ahead: the lease is theirs and long enough, the
-- number is the next one, and no attempt is open but the one that they close.
SELECT json_group_array(item.key) AS items
FROM jsonb_each(?1) AS item
CROSS JOIN whatsapp_outbox AS o ON o.message_id = item.value ->> 'message_id'
WHERE o.lease_token = item.value ->> 'token'
    AND o.lease_base = item.value ->> 'open_base'
    AND o.lease_ends >= item.value ->> 'holds_until'
    AND o.posts = (item.value ->> 'no') - 1
    AND (
        (o.open_since IS NULL AND item.value ->> 'closes' IS NULL)
        OR EXISTS (
            SELECT 1
            FROM whatsapp_message_attempts AS a
            WHERE a.message_id = o.message_id
                AND a.no = item.value ->> 'closes'
                AND a.outcome IS NULL
        )
    );
