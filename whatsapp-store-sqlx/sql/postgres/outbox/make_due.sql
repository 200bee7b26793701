-- Makes due at $2 what waits because of $1 and is due later, and says so of retries. Messages that another
-- transaction is about to take are passed over.
WITH held AS (
    SELECT o.message_id
    FROM whatsapp_message_logs AS l
    INNER JOIN whatsapp_outbox AS o ON o.message_id = l.id
    WHERE l.held_for = $1
        AND o.due_at > $2
    FOR UPDATE OF o, l SKIP LOCKED
),
retries AS (
    UPDATE whatsapp_message_logs AS l
    SET next_attempt_at = $2
    FROM held
    WHERE l.id = held.message_id
        AND l.next_attempt_at IS NOT NULL
)
UPDATE whatsapp_outbox AS o
SET due_at = $2
FROM held
WHERE o.message_id = held.message_id;
