            customer_id = cause.customer_id
