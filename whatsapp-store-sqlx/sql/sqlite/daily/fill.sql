-- Counts the messages of day ?1, which were made from ?2 and before ?3.
INSERT INTO whatsapp_daily (day, since, message_type, trigger_type, outcome, number, open)
SELECT ?1, ?2, message_type, trigger_type, outcome, count(*), sum(is_open)
FROM (
    SELECT
        message_type, trigger_type,
