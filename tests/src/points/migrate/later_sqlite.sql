-- An invented second version of the tables: what a later version of the library may do to rows that are
-- there. Its pair is the file for Postgres.

-- Each message gets the number of its attempts.
ALTER TABLE whatsapp_message_logs ADD COLUMN attempts_made INTEGER NOT NULL DEFAULT 0;
UPDATE whatsapp_message_logs
SET attempts_made = (
    SELECT count(*) FROM whatsapp_message_attempts AS a WHERE a.message_id = whatsapp_message_logs.id
);

-- Each digest gets the number of its notices. SQLite adds no column with such a rule: the table is made anew,
-- although notices refer to it.
CREATE TABLE whatsapp_digests_new (
    id           TEXT PRIMARY KEY NOT NULL,
    created_at   INTEGER NOT NULL,
    sent_at      INTEGER,
    told         TEXT,
    again_at     INTEGER,
    lease_token  TEXT,
    lease_until  INTEGER,
    notices_held INTEGER NOT NULL DEFAULT 0,
    CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
    CHECK (notices_held >= 0 OR sent_at IS NULL)
) STRICT, WITHOUT ROWID;
INSERT INTO whatsapp_digests_new (
    id, created_at, sent_at, told, again_at, lease_token, lease_until, notices_held
)
SELECT
    id, created_at, sent_at, told, again_at, lease_token, lease_until,
    (SELECT count(*) FROM whatsapp_notices AS n WHERE n.digest_id = d.id)
FROM whatsapp_digests AS d;
DROP TABLE whatsapp_digests;
ALTER TABLE whatsapp_digests_new RENAME TO whatsapp_digests;
CREATE INDEX idx_whatsapp_digests_created ON whatsapp_digests (created_at);
CREATE INDEX idx_whatsapp_digests_unsent ON whatsapp_digests (created_at) WHERE sent_at IS NULL;

-- An index gets one column more.
DROP INDEX idx_whatsapp_notices_digest;
CREATE INDEX idx_whatsapp_notices_digest ON whatsapp_notices (digest_id, created_at, failure_kind);
