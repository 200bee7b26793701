        log.id, log.created_at, log.updated_at, log.customer_id, log.message_type, log.trigger_type,
        log.status, log.next_attempt_at, log.sent_at, log.delivery, log.failure_kind, log.held_for,
        log.subject, log.message_key
