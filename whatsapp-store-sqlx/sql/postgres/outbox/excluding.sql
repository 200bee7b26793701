        -- None of $12, which the claimer has in hand.
        AND message_id <> ALL ($12::uuid[])
