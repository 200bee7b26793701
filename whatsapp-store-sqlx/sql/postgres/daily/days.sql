-- What was counted of the days from $1 to $2.
SELECT day, since, message_type, trigger_type, outcome, number, open
FROM whatsapp_daily
WHERE day BETWEEN $1 AND $2;
