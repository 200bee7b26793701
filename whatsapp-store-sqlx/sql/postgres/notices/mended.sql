-- Whether the message of a notice `n` does not stand as failed any more: it was sent or withdrawn
-- since, or another one took its place.
EXISTS (
    SELECT 1
    FROM whatsapp_message_logs AS f
    WHERE f.id = n.message_id
        AND (
            f.status IN ('sent', 'cancelled')
            OR
