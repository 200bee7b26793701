-- An invented second version of the tables: what a later version of the library may do to rows that are
-- there. Its pair is the file for SQLite.

-- However long it takes. Workers lock the outbox first and the log after it, and so does this.
SET LOCAL statement_timeout = 0;
LOCK TABLE whatsapp_outbox, whatsapp_message_attempts, whatsapp_message_logs IN ACCESS EXCLUSIVE MODE;

-- Each message gets the number of its attempts.
ALTER TABLE whatsapp_message_logs ADD COLUMN attempts_made INTEGER;
UPDATE whatsapp_message_logs AS l
SET attempts_made = (SELECT count(*) FROM whatsapp_message_attempts AS a WHERE a.message_id = l.id);
ALTER TABLE whatsapp_message_logs
    ALTER COLUMN attempts_made SET DEFAULT 0,
    ALTER COLUMN attempts_made SET NOT NULL;

-- Each digest gets the number of its notices.
ALTER TABLE whatsapp_digests ADD COLUMN notices_held INTEGER NOT NULL DEFAULT 0;
UPDATE whatsapp_digests AS d
SET notices_held = (SELECT count(*) FROM whatsapp_notices AS n WHERE n.digest_id = d.id);
ALTER TABLE whatsapp_digests ADD CHECK (notices_held >= 0 OR sent_at IS NULL);

-- An index gets one column more.
DROP INDEX idx_whatsapp_notices_digest;
CREATE INDEX idx_whatsapp_notices_digest ON whatsapp_notices (digest_id, created_at, failure_kind);
