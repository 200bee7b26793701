        -- None of $13, which the claimer has in flight.
        -- Parameters: $13 excluding.
        AND message_id <> ALL ($13::uuid[])
