-- Whether the message of a notice `n` does not stand as failed any more: it was sent or withdrawn
-- since, or one that came later took its place and did not fail, under the plain key of a refused
-- one or as a resend.
EXISTS (
    SELECT 1
    FROM whatsapp_message_logs AS f
    WHERE f.id = n.message_id
        AND (
            f.status IN ('sent', 'cancelled')
            OR EXISTS (
                SELECT 1
                FROM whatsapp_message_logs AS c
                WHERE c.message_key = left(f.message_key, -17)
                    AND left(right(f.message_key, 17), 1) = '!'
                    AND c.status <> 'failed'
            )
            OR EXISTS (
                SELECT 1
                FROM whatsapp_message_logs AS r
                WHERE r.resend_of = f.id AND r.status <> 'failed'
            )
        )
)
