    -- Parameters: ?11 message_id.
    AND o.message_id = ?11
LIMIT +?9;
