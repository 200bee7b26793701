            FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_held
            WHERE held_for = reason.value AND trigger_type = cause.value
