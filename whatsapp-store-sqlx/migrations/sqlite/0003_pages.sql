-- The order of pages of the log, by status, type and trigger: a page is merged from these ranges,
-- however much is asked for at once.
DROP INDEX idx_whatsapp_logs_status;
CREATE INDEX idx_whatsapp_logs_status
    ON whatsapp_message_logs (status, message_type, trigger_type, created_at, id);
DROP INDEX idx_whatsapp_logs_type;
CREATE INDEX idx_whatsapp_logs_type
    ON whatsapp_message_logs (message_type, trigger_type, created_at, id);
DROP INDEX idx_whatsapp_logs_trigger;
DROP INDEX idx_whatsapp_logs_created;
