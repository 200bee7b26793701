-- Messages of customer ?1, of status ?2, of type ?3 and waiting for one of ?10 if these are given, with
-- triggers ?4.
WITH page AS (
    SELECT id
    FROM whatsapp_message_logs
    WHERE customer_id = ?1
        AND (?2 IS NULL OR status = ?2)
        AND (?3 IS NULL OR message_type = ?3)
        AND trigger_type IN (SELECT value FROM json_each(?4))
        AND (?10 IS NULL OR held_for IN (SELECT value FROM json_each(?10)))
