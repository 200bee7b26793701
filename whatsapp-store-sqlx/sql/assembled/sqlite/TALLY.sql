-- TALLY, made of these files of sql/sqlite:
-- log/tally.sql, log/outcome.sql, log/tallied.sql.

-- What became of the newest ?3 messages made from ?1 until ?2; ?4 is one more than ?3, which tells whether
-- there are more.
WITH made AS (
    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_trigger
    WHERE trigger_type = 'auto' AND created_at >= ?1 AND created_at < ?2
    UNION ALL
    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_trigger
    WHERE trigger_type = 'scheduled' AND created_at >= ?1 AND created_at < ?2
    UNION ALL
    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_trigger
    WHERE trigger_type = 'manual' AND created_at >= ?1 AND created_at < ?2
    ORDER BY created_at DESC, id DESC
    LIMIT +?4
), newest AS (
    SELECT log.id, log.created_at, log.status, log.next_attempt_at, log.delivery, log.failure_kind
    FROM (SELECT row FROM made ORDER BY created_at DESC, id DESC LIMIT +?3) AS first
    CROSS JOIN whatsapp_message_logs AS log ON log.rowid = first.row
), counted AS (
    SELECT
    -- What became of a message, in the word of `Outcome`.
    CASE status
        WHEN 'pending' THEN 'waiting'
        WHEN 'cancelled' THEN 'cancelled'
        WHEN 'sent' THEN coalesce(delivery, 'accepted')
        ELSE CASE
            WHEN next_attempt_at IS NOT NULL THEN 'retrying'
            WHEN failure_kind = 'undelivered' THEN 'undelivered'
            ELSE 'failed'
        END
    END
    AS outcome
    FROM newest
)
SELECT
    (SELECT count(*) FROM made) <= ?3 AS is_exact,
    count(*) FILTER (WHERE outcome = 'waiting') AS waiting,
    count(*) FILTER (WHERE outcome = 'retrying') AS retrying,
    count(*) FILTER (WHERE outcome = 'accepted') AS accepted,
    count(*) FILTER (WHERE outcome = 'delivered') AS delivered,
    count(*) FILTER (WHERE outcome = 'read') AS was_read,
    count(*) FILTER (WHERE outcome = 'undelivered') AS undelivered,
    count(*) FILTER (WHERE outcome = 'failed') AS failed,
    count(*) FILTER (WHERE outcome = 'cancelled') AS cancelled
FROM counted;
