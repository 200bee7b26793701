-- FILL_DAY, made of these files of sql/postgres:
-- daily/fill.sql, log/outcome.sql, daily/filled.sql.

-- Counts the messages of day $1, which were made from $2 and before $3.
INSERT INTO whatsapp_daily (day, since, message_type, trigger_type, outcome, number, open)
SELECT $1, $2, message_type, trigger_type, outcome, count(*), count(*) FILTER (WHERE is_open)
FROM (
    SELECT
        message_type, trigger_type,
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
    AS outcome,
        EXISTS (
            SELECT 1
            -- OFFSET 0 keeps this a look-up by the message.
            FROM (SELECT 1 FROM whatsapp_outbox WHERE message_id = made.id OFFSET 0) AS o
        ) AS is_open
    FROM (
        SELECT log.*
        FROM unnest(ARRAY['auto', 'scheduled', 'manual']) AS cause (trigger_type)
        CROSS JOIN LATERAL (
            SELECT id, message_type, trigger_type, status, delivery, next_attempt_at, failure_kind
            FROM whatsapp_message_logs
            WHERE trigger_type = cause.trigger_type AND created_at >= $2 AND created_at < $3
            OFFSET 0
        ) AS log
    ) AS made
) AS counted
GROUP BY message_type, trigger_type, outcome;
