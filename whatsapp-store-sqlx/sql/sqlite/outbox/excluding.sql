    -- None of the array ?10, which the claimer has in hand.
    AND o.message_id NOT IN (SELECT value FROM json_each(?10))
