        -- What is to be sent, without an attempt that is open.
        AND step = 'send'
        AND open_since IS NULL
