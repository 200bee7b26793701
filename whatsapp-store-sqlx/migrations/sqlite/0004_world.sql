-- What the world really sends: what a message is about, and whose trouble its failure was.

ALTER TABLE whatsapp_message_logs ADD COLUMN subject TEXT;
ALTER TABLE whatsapp_message_logs ADD COLUMN failure_cause TEXT
    CHECK (failure_cause IN ('message', 'recipient', 'account', 'address', 'between', 'gateway', 'host'));
UPDATE whatsapp_message_logs SET failure_cause = 'message' WHERE failure_kind IS NOT NULL;

ALTER TABLE whatsapp_notices ADD COLUMN failure_cause TEXT NOT NULL DEFAULT 'message'
    CHECK (failure_cause IN ('message', 'recipient', 'account', 'address', 'between', 'gateway', 'host'));

-- Who has a digest that the mail server took for some and refused for others, one e-mail address a
-- line, and when it is tried again for those.
ALTER TABLE whatsapp_digests ADD COLUMN told TEXT;
ALTER TABLE whatsapp_digests ADD COLUMN again_at INTEGER;

-- Whether a message was sent again is asked before it is, with many others; one that was is not told
-- as failed any more.
CREATE INDEX idx_whatsapp_logs_resent ON whatsapp_message_logs (resend_of)
    WHERE resend_of IS NOT NULL;

-- An attempt may have been refused in words that do not tell for whose sake.
CREATE TABLE whatsapp_message_attempts_new (
    message_id      TEXT NOT NULL REFERENCES whatsapp_message_logs (id) ON DELETE CASCADE,
    no              INTEGER NOT NULL CHECK (no >= 1),
    whatsapp_number TEXT NOT NULL,
    started_at      INTEGER NOT NULL,
    finished_at     INTEGER,
    outcome         TEXT CHECK (outcome IN (
        'accepted', 'rejected', 'not_sent', 'account_refused', 'unclear_refusal', 'not_accepted', 'unknown_held'
    )),
    http_status     INTEGER CHECK (http_status BETWEEN 0 AND 65535),
    detail          TEXT,
    gateway_id      TEXT,
    part            TEXT NOT NULL DEFAULT 'whole' CHECK (part IN ('whole', 'file', 'text')),
    fetched_at      INTEGER,
    fetched_bytes   INTEGER CHECK (fetched_bytes >= 0),
    PRIMARY KEY (message_id, no)
) STRICT, WITHOUT ROWID;
INSERT INTO whatsapp_message_attempts_new (
    message_id, no, whatsapp_number, started_at, finished_at, outcome, http_status, detail, gateway_id, part,
    fetched_at, fetched_bytes
)
SELECT
    message_id, no, whatsapp_number, started_at, finished_at, outcome, http_status, detail, gateway_id, part,
    fetched_at, fetched_bytes
FROM whatsapp_message_attempts;
DROP TABLE whatsapp_message_attempts;
ALTER TABLE whatsapp_message_attempts_new RENAME TO whatsapp_message_attempts;
CREATE UNIQUE INDEX idx_whatsapp_attempts_open ON whatsapp_message_attempts (message_id)
    WHERE outcome IS NULL;
CREATE UNIQUE INDEX idx_whatsapp_attempts_gateway ON whatsapp_message_attempts (gateway_id)
    WHERE gateway_id IS NOT NULL;
CREATE INDEX idx_whatsapp_attempts_number ON whatsapp_message_attempts (whatsapp_number, started_at);

-- The account's pause with the gateway's words, what is in doubt about it, and what people are told. A
-- pause from before is forgotten: its cause is met again, and then it has its words.
DROP TABLE whatsapp_account;
CREATE TABLE whatsapp_account (
    id               INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    next_slot        INTEGER,
    pause_reason     TEXT CHECK (pause_reason IN (
            'key_refused', 'phone_not_linked', 'subscription', 'account_refused', 'wrong_address', 'between',
            'misconfigured', 'rate_limited', 'outage'
        )),
    pause_detail     TEXT,
    pause_since      INTEGER,
    pause_until      INTEGER,
    -- The message that is tried on its own schedule, after a day of one pause.
    pause_scout      TEXT,
    -- The latest answer that left open whose trouble it was; gone once a message is taken.
    doubt_cause      TEXT CHECK (doubt_cause IN (
            'message', 'recipient', 'account', 'address', 'between', 'gateway', 'host'
        )),
    doubt_message    TEXT,
    doubt_at         INTEGER,
    -- The message that was last taken while something was in doubt.
    taken_message    TEXT,
    taken_at         INTEGER,
    resumed_at       INTEGER,
    -- Messages in a row that were accepted and not delivered, and whether that was told.
    undelivered      INTEGER NOT NULL DEFAULT 0 CHECK (undelivered >= 0),
    undelivered_told INTEGER NOT NULL DEFAULT 0 CHECK (undelivered_told IN (0, 1)),
    CHECK ((pause_reason IS NULL) = (pause_since IS NULL)),
    CHECK ((pause_reason IS NULL) = (pause_until IS NULL)),
    CHECK ((doubt_cause IS NULL) = (doubt_message IS NULL)),
    CHECK ((doubt_cause IS NULL) = (doubt_at IS NULL)),
    CHECK ((taken_message IS NULL) = (taken_at IS NULL))
) STRICT;
INSERT INTO whatsapp_account (id) VALUES (1);

CREATE TABLE whatsapp_account_events (
    id          TEXT PRIMARY KEY NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('stopped', 'resumed', 'undelivered')),
    reason      TEXT CHECK (reason IN (
            'key_refused', 'phone_not_linked', 'subscription', 'account_refused', 'wrong_address', 'between',
            'misconfigured', 'rate_limited', 'outage'
        )),
    detail      TEXT,
    at          INTEGER NOT NULL,
    told_at     INTEGER,
    lease_token TEXT,
    lease_until INTEGER,
    CHECK ((lease_token IS NULL) = (lease_until IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_whatsapp_account_events_at ON whatsapp_account_events (at, id);

-- The look: attempts are looked for by what all variants of a number have in common. Rows from before keep
-- the number itself, which no key is like: their messages explain no row of a list by their text.
ALTER TABLE whatsapp_message_attempts RENAME COLUMN whatsapp_number TO number_key;

-- Leases and attempts by elapsed time, which no correction of a clock moves: what it is counted by, and
-- microseconds. An attempt without a mark has no base in common with anybody.
ALTER TABLE whatsapp_outbox ADD COLUMN lease_base INTEGER;
ALTER TABLE whatsapp_outbox ADD COLUMN lease_ends INTEGER;
ALTER TABLE whatsapp_outbox ADD COLUMN open_base INTEGER;
ALTER TABLE whatsapp_outbox ADD COLUMN open_elapsed INTEGER;
ALTER TABLE whatsapp_outbox ADD COLUMN look_base INTEGER;
ALTER TABLE whatsapp_outbox ADD COLUMN look_elapsed INTEGER;
