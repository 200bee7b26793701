            -- What a filter may ask for: read while the row is at hand.
            id, created_at, updated_at, customer_id, message_type, trigger_type, status, next_attempt_at,
            sent_at, delivery, failure_kind, held_for, subject, message_key
        FROM whatsapp_message_logs
        WHERE
