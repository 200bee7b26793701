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
