        -- Parameters: $13 message_id.
        AND message_id = $13
    LIMIT $11
    FOR UPDATE SKIP LOCKED
)
