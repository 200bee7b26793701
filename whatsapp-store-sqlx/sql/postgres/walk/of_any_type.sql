            trigger_type = cause.trigger_type
