-- All messages, further narrowed by what is asked for.
WITH page AS (
    SELECT id
    FROM whatsapp_message_logs
    WHERE (?1 IS NULL OR customer_id = ?1)
        AND (?2 IS NULL OR status = ?2)
        AND (?3 IS NULL OR message_type = ?3)
        AND (?4 IS NULL OR trigger_type = ?4)
