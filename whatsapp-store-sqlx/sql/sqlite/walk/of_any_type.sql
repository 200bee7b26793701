        FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_trigger
        WHERE trigger_type = cause.value
