-- NOTICES_OF_DIGEST, made of these files of sql/sqlite:
-- notices/of_digest.sql, notices/mended.sql, log/replaced.sql, notices/mended_end.sql,
-- notices/in_order.sql.

-- The notices of digest ?1 in order of failure, without what was mended since.
SELECT
    n.message_id, n.created_at, n.failure_kind, n.failure_cause, n.failure_reason, n.retry_count,
    l.subject, l.customer_id, l.customer_name, l.whatsapp_number, l.message_type, l.trigger_type
FROM whatsapp_notices AS n
CROSS JOIN whatsapp_message_logs AS l ON l.id = n.message_id
WHERE n.digest_id = ?1
    AND NOT
-- Whether the message of a notice `n` does not stand as failed any more: it was sent or withdrawn
-- since, or another one took its place.
EXISTS (
    SELECT 1
    FROM whatsapp_message_logs AS f
    WHERE f.id = n.message_id
        AND (
            f.status IN ('sent', 'cancelled')
            OR
-- Whether a message came later than the failed one `f`, took its place, and neither failed nor was withdrawn
-- by a person: under the plain key of a refused one, or as a resend.
(
    EXISTS (
        SELECT 1
        FROM whatsapp_message_logs AS c
        WHERE c.message_key = substr(f.message_key, 1, length(f.message_key) - 17)
            AND substr(f.message_key, -17, 1) = '!'
            AND c.status <> 'failed'
            AND coalesce(c.cancel_reason, '') <> 'manager'
    )
    OR EXISTS (
        SELECT 1
        FROM whatsapp_message_logs AS r
        WHERE r.resend_of = f.id
            AND r.status <> 'failed'
            AND coalesce(r.cancel_reason, '') <> 'manager'
    )
)
        )
)
ORDER BY n.created_at, n.message_id;
