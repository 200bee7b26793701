        AND message_id = $8
    LIMIT $9
    FOR UPDATE SKIP LOCKED
)
