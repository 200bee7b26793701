            message_type = $3::text
            AND trigger_type = cause.trigger_type
