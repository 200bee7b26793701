        -- None of $13, which the claimer has in hand.
        AND message_id <> ALL ($13::uuid[])
