-- For hosts that send very many messages: without an index on `status`, and with room on each page for
-- every row's next version, sending a message changes no index of the log.
DROP INDEX IF EXISTS idx_whatsapp_logs_status;
ALTER TABLE whatsapp_message_logs SET (fillfactor = 50);
