            -- Failed or cancelled: the one status that is asked for; and of type $3.
            unsent = ($2::text[])[1]
            AND message_type = $3::text
            AND trigger_type = cause.trigger_type
