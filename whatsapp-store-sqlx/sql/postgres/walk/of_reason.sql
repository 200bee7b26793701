            held_for = reason.held_for
            AND trigger_type = cause.trigger_type
