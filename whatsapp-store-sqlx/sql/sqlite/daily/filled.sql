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
