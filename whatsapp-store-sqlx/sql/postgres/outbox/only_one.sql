        AND message_id = $12
    LIMIT $11
    FOR UPDATE SKIP LOCKED
)
