    -- None of the array ?11, which the claimer has in flight.
    -- Parameters: ?11 excluding.
    AND o.message_id NOT IN (SELECT value FROM json_each(?11))
