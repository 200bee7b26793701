-- What the world really sends: what a message is about, and whose trouble its failure was.

ALTER TABLE whatsapp_message_logs
    ADD COLUMN subject TEXT,
    ADD COLUMN failure_cause TEXT CHECK (failure_cause IN (
        'message', 'recipient', 'account', 'address', 'between', 'gateway', 'host'
    ));
UPDATE whatsapp_message_logs SET failure_cause = 'message' WHERE failure_kind IS NOT NULL;

ALTER TABLE whatsapp_notices
    ADD COLUMN failure_cause TEXT NOT NULL DEFAULT 'message' CHECK (failure_cause IN (
        'message', 'recipient', 'account', 'address', 'between', 'gateway', 'host'
    ));

-- Who has a digest that the mail server took for some and refused for others, one e-mail address a
-- line, and when it is tried again for those.
ALTER TABLE whatsapp_digests ADD COLUMN told TEXT, ADD COLUMN again_at TIMESTAMPTZ;

-- Whether a message was sent again is asked before it is, with many others; one that was is not told
-- as failed any more.
CREATE INDEX idx_whatsapp_logs_resent ON whatsapp_message_logs (resend_of)
    WHERE resend_of IS NOT NULL;

-- The look: attempts are looked for by what all variants of a number have in common. Rows from before keep
-- the number itself, which no key is like: their messages explain no row of a list by their text.
ALTER TABLE whatsapp_message_attempts RENAME COLUMN whatsapp_number TO number_key;
