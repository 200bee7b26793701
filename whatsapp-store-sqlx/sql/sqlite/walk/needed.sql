        IN (SELECT value FROM json_each(?18))
    )
    AND (?10 IS NULL OR f.held_for IN (SELECT value FROM json_each(?10)))
    AND (?11 IS NULL OR f.delivery IN (SELECT value FROM json_each(?11)))
    AND (
        ?12 IS NULL
        OR EXISTS (
            SELECT 1
            FROM json_each(?12) AS spelling
            WHERE f.subject >= spelling.value AND f.subject < spelling.value || char(1114111)
        )
    )
    AND (?13 IS NULL OR (f.message_key >= ?13 AND f.message_key < ?13 || char(1114111)))
    AND (
        ?14 IS NULL
        OR (
            'silent' IN (SELECT value FROM json_each(?14))
            AND f.status = 'sent'
            AND f.delivery = 'accepted'
            AND f.sent_at < ?16
            AND EXISTS (
                SELECT 1
                FROM whatsapp_outbox AS o
                WHERE o.message_id = f.id AND o.account_id = ?17 AND o.step = 'watch'
            )
        )
        OR (
            f.status = 'failed'
            AND f.next_attempt_at IS NULL
            AND f.updated_at >= ?15
            AND NOT EXISTS (
                SELECT 1
                FROM whatsapp_put_aside AS p
                WHERE p.message_id = f.id AND p.seen = f.updated_at
            )
            AND CASE f.failure_kind WHEN 'unknown_outcome' THEN 'unknown' ELSE 'failed' END
                IN (SELECT value FROM json_each(?14))
            AND NOT
