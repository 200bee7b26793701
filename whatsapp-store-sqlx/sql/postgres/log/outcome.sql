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
