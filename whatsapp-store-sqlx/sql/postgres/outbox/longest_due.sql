    ORDER BY due_at, message_id
    LIMIT $11
    FOR UPDATE SKIP LOCKED
)
