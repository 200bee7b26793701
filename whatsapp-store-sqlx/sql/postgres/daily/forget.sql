-- Takes away what was counted of day $1.
DELETE FROM whatsapp_daily WHERE day = $1;
