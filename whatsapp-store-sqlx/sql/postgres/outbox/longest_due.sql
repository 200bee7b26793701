    ORDER BY due_at, message_id
    LIMIT $8
    FOR UPDATE SKIP LOCKED
)
