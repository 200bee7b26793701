-- Message ?1, whose row cannot be read, has failed at ?2. One that was sent stays sent.
UPDATE whatsapp_message_logs
SET status = 'failed',
    next_attempt_at = NULL,
    held_for = NULL,
    explanation = NULL,
    failure_kind = ?3,
    failure_cause = 'host',
    failure_reason = ?4,
    updated_at = max(?2, updated_at + 1)
WHERE id = ?1 AND status IN ('pending', 'failed')
RETURNING retry_count;
