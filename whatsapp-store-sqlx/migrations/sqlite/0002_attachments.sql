-- Attached files: when the link to a hosted one ends, messages whose text follows their file, and the
-- evidence that the gateway fetched a file.

ALTER TABLE whatsapp_message_logs ADD COLUMN attachment_until INTEGER;
-- What of the message is sent now, or was sent last.
ALTER TABLE whatsapp_message_logs ADD COLUMN part TEXT NOT NULL DEFAULT 'whole'
    CHECK (part IN ('whole', 'file', 'text'));

ALTER TABLE whatsapp_message_attempts ADD COLUMN part TEXT NOT NULL DEFAULT 'whole'
    CHECK (part IN ('whole', 'file', 'text'));
ALTER TABLE whatsapp_message_attempts ADD COLUMN fetched_at INTEGER;
ALTER TABLE whatsapp_message_attempts ADD COLUMN fetched_bytes INTEGER CHECK (fetched_bytes >= 0);
