    -- What is to be looked up.
    AND o.step = 'look'
