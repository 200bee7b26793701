    -- What is to be sent, without an attempt that is open.
    AND o.step = 'send'
    AND o.open_since IS NULL
