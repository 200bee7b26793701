DELETE FROM whatsapp_daily;
