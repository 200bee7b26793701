            FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_customer
            WHERE customer_id = cause.value
