-- Attached files: when the link to a hosted one ends, messages whose text follows their file, and the
-- evidence that the gateway fetched a file. The defaults are constants, so that no row is rewritten.

ALTER TABLE whatsapp_message_logs
    ADD COLUMN attachment_until TIMESTAMPTZ,
    -- What of the message is sent now, or was sent last.
    ADD COLUMN part TEXT NOT NULL DEFAULT 'whole' CHECK (part IN ('whole', 'file', 'text'));

ALTER TABLE whatsapp_message_attempts
    ADD COLUMN part TEXT NOT NULL DEFAULT 'whole' CHECK (part IN ('whole', 'file', 'text')),
    ADD COLUMN fetched_at TIMESTAMPTZ,
    ADD COLUMN fetched_bytes BIGINT CHECK (fetched_bytes >= 0);
