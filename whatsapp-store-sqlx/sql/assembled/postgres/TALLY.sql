-- TALLY, made of these files of sql/postgres:
-- log/tally.sql, log/outcome.sql, log/tallied.sql.

-- What became of the newest $3 messages made from $1 until $2; $4 is one more than $3, which tells whether
-- there are more.
WITH made AS (
    SELECT log.*
    FROM unnest(ARRAY['auto', 'scheduled', 'manual']) AS cause (trigger_type)
    CROSS JOIN LATERAL (
        SELECT id, created_at, status, next_attempt_at, delivery, failure_kind
        FROM whatsapp_message_logs
        WHERE trigger_type = cause.trigger_type AND created_at >= $1 AND created_at < $2
        ORDER BY created_at DESC, id DESC
        LIMIT $4
    ) AS log
), newest AS (
    SELECT *
    FROM made
    ORDER BY created_at DESC, id DESC
    LIMIT $3
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
    (SELECT count(*) FROM made) <= $3 AS is_exact,
    count(*) FILTER (WHERE outcome = 'waiting') AS waiting,
    count(*) FILTER (WHERE outcome = 'retrying') AS retrying,
    count(*) FILTER (WHERE outcome = 'accepted') AS accepted,
    count(*) FILTER (WHERE outcome = 'delivered') AS delivered,
    count(*) FILTER (WHERE outcome = 'read') AS was_read,
    count(*) FILTER (WHERE outcome = 'undelivered') AS undelivered,
    count(*) FILTER (WHERE outcome = 'failed') AS failed,
    count(*) FILTER (WHERE outcome = 'cancelled') AS cancelled
FROM counted;
