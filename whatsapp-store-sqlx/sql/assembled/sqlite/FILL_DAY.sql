-- FILL_DAY, made of these files of sql/sqlite:
-- daily/fill.sql, log/outcome.sql, daily/filled.sql.

-- Counts the messages of day ?1, which were made from ?2 and before ?3.
INSERT INTO whatsapp_daily (day, since, message_type, trigger_type, outcome, number, open)
SELECT ?1, ?2, message_type, trigger_type, outcome, count(*), sum(is_open)
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
        EXISTS (SELECT 1 FROM whatsapp_outbox AS o WHERE o.message_id = made.id) AS is_open
    FROM (
        SELECT
            log.id, log.message_type, log.trigger_type, log.status, log.delivery, log.next_attempt_at,
            log.failure_kind
        FROM json_each('["auto", "scheduled", "manual"]') AS cause
        CROSS JOIN whatsapp_message_logs AS log INDEXED BY idx_whatsapp_logs_trigger
            ON log.trigger_type = cause.value AND log.created_at >= ?2 AND log.created_at < ?3
    ) AS made
)
GROUP BY message_type, trigger_type, outcome;
