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
