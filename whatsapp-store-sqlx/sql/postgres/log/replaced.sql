-- Whether a message came later than the failed one `f`, took its place, and neither failed nor was withdrawn
-- by a person: under the plain key of a refused one, or as a resend. OFFSET 0 keeps these look-ups.
(
    EXISTS (
        SELECT 1
        FROM whatsapp_message_logs AS c
        WHERE c.message_key = left(f.message_key, -17)
            AND left(right(f.message_key, 17), 1) = '!'
            AND c.status <> 'failed'
            AND coalesce(c.cancel_reason, '') <> 'manager'
        OFFSET 0
    )
    OR EXISTS (
        SELECT 1
        FROM whatsapp_message_logs AS r
        WHERE r.resend_of = f.id
            AND r.status <> 'failed'
            AND coalesce(r.cancel_reason, '') <> 'manager'
        OFFSET 0
    )
)
