            -- Those that will be tried again.
            next_attempt_at IS NOT NULL
