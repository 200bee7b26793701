        = ANY ($18)
    )
    AND ($10::text[] IS NULL OR f.held_for = ANY ($10))
    AND ($11::text[] IS NULL OR f.delivery = ANY ($11))
    AND ($12::text[] IS NULL OR f.subject ^@ ANY ($12))
    AND ($13::text IS NULL OR f.message_key ^@ $13)
    AND (
        $14::text[] IS NULL
        OR (
            'silent' = ANY ($14)
            AND f.status = 'sent'
            AND f.delivery = 'accepted'
            AND f.sent_at < $16::timestamptz
            AND EXISTS (
                SELECT 1
                -- OFFSET 0 keeps this a look-up by the message.
                FROM (
                    SELECT account_id, lane FROM whatsapp_outbox WHERE message_id = f.id OFFSET 0
                ) AS o
                WHERE o.account_id = $17::smallint AND o.lane = 'watch'
            )
        )
        OR (
            f.status = 'failed'
            AND f.next_attempt_at IS NULL
            AND f.updated_at >= $15::timestamptz
            AND NOT EXISTS (
                SELECT 1
                FROM whatsapp_put_aside AS p
                WHERE p.message_id = f.id AND p.seen = f.updated_at
                OFFSET 0
            )
            AND CASE f.failure_kind WHEN 'unknown_outcome' THEN 'unknown' ELSE 'failed' END = ANY ($14)
            AND NOT
