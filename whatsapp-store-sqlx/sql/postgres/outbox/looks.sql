        -- What is to be looked up.
        AND step = 'look'
