            -- Failed or cancelled: the one status that is asked for.
            unsent = ($2::text[])[1]
            AND trigger_type = cause.trigger_type
