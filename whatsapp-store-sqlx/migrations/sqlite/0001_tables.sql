-- The specification's tables (4.1 to 4.3) with the columns that the library adds, the attempt
-- ledger, the outbox, and the notices.
--
-- Instants are INTEGER microseconds since 1970 in UTC; ids are TEXT, UUIDs in lower case with
-- hyphens. Tables are STRICT, so that a wrong type is an error and not a surprise. Nothing refers
-- to the host's tables (`customers`, `auth.users`): they may be in another database.

-- 4.2
CREATE TABLE whatsapp_templates (
    id               TEXT PRIMARY KEY NOT NULL,
    template_name    TEXT NOT NULL UNIQUE,
    message_type     TEXT NOT NULL
        CHECK (message_type IN ('stock_delivered', 'invoice', 'payment_reminder', 'festival')),
    template_content TEXT NOT NULL,
    -- A JSON array of names, in order of first use.
    placeholders     TEXT NOT NULL CHECK (json_valid(placeholders)),
    is_active        INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    created_by       TEXT
) STRICT;

CREATE INDEX idx_whatsapp_templates_type ON whatsapp_templates (message_type, template_name);
-- The default template of a type is the active one that changed last.
CREATE INDEX idx_whatsapp_templates_active ON whatsapp_templates (is_active, message_type, updated_at, id);

-- 4.1
CREATE TABLE whatsapp_message_logs (
    id                TEXT PRIMARY KEY NOT NULL,
    customer_id       TEXT NOT NULL,
    customer_name     TEXT NOT NULL,
    whatsapp_number   TEXT NOT NULL,
    message_type      TEXT NOT NULL
        CHECK (message_type IN ('stock_delivered', 'invoice', 'payment_reminder', 'festival')),
    trigger_type      TEXT NOT NULL CHECK (trigger_type IN ('auto', 'scheduled', 'manual')),
    status            TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed', 'cancelled')),
    retry_count       INTEGER NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
    max_retries       INTEGER NOT NULL DEFAULT 3 CHECK (max_retries >= 0),
    message_content   TEXT NOT NULL,
    -- No reference: a message outlives the template that it was made from.
    template_id       TEXT,
    attachment_url    TEXT,
    attachment_type   TEXT CHECK (attachment_type IN ('pdf', 'jpg', 'png')),
    failure_reason    TEXT,
    api_response      TEXT CHECK (json_valid(api_response)),
    scheduled_for     INTEGER,
    sent_at           INTEGER,
    created_at        INTEGER NOT NULL,
    -- Grows with every change of the row, so that it tells whether the row is still as it was seen.
    updated_at        INTEGER NOT NULL,
    created_by        TEXT,
    -- What the library adds to the specification's columns.
    message_key       TEXT NOT NULL UNIQUE,
    fingerprint       TEXT NOT NULL,
    next_attempt_at   INTEGER,
    delivery          TEXT CHECK (delivery IN ('accepted', 'delivered', 'read', 'undelivered')),
    failure_kind      TEXT
        CHECK (failure_kind IN ('rejected', 'exhausted', 'invalid', 'unknown_outcome', 'undelivered', 'poison')),
    cancel_reason     TEXT CHECK (cancel_reason IN ('paid', 'switched_off', 'expired', 'manager')),
    gateway_id        TEXT,
    attachment_name   TEXT,
    attachment_size   INTEGER CHECK (attachment_size >= 0),
    attachment_sha256 TEXT,
    invoice_id        TEXT,
    expires_at        INTEGER,
    warning           TEXT,
    resend_of         TEXT,
    CHECK ((failure_kind IS NULL) = (failure_reason IS NULL)),
    CHECK ((attachment_url IS NULL) = (attachment_type IS NULL)),
    CHECK ((attachment_url IS NULL) = (attachment_name IS NULL))
) STRICT;

-- Under the specification's names, each with the page order behind its column: a page of the log
-- then reads as many rows as it shows, however many there are. What is owed is never looked for
-- here; that is what the outbox is for.
CREATE INDEX idx_whatsapp_logs_customer ON whatsapp_message_logs (customer_id, created_at, id);
CREATE INDEX idx_whatsapp_logs_status ON whatsapp_message_logs (status, created_at, id);
CREATE INDEX idx_whatsapp_logs_type ON whatsapp_message_logs (message_type, created_at, id);
CREATE INDEX idx_whatsapp_logs_scheduled ON whatsapp_message_logs (scheduled_for)
    WHERE scheduled_for IS NOT NULL;
CREATE INDEX idx_whatsapp_logs_trigger ON whatsapp_message_logs (trigger_type, created_at, id);
CREATE INDEX idx_whatsapp_logs_created ON whatsapp_message_logs (created_at, id);
-- Counts the messages that will be retried without reading the log.
CREATE INDEX idx_whatsapp_logs_retrying ON whatsapp_message_logs (next_attempt_at)
    WHERE next_attempt_at IS NOT NULL;

-- The attempt ledger: one row a POST, committed before it. An attempt without an outcome is open.
CREATE TABLE whatsapp_message_attempts (
    message_id      TEXT NOT NULL REFERENCES whatsapp_message_logs (id) ON DELETE CASCADE,
    no              INTEGER NOT NULL CHECK (no >= 1),
    -- Copied from the message: what was sent to a number is asked for when an outcome is unknown.
    whatsapp_number TEXT NOT NULL,
    started_at      INTEGER NOT NULL,
    finished_at     INTEGER,
    outcome         TEXT
        CHECK (outcome IN ('accepted', 'rejected', 'not_sent', 'account_refused', 'not_accepted', 'unknown_held')),
    http_status     INTEGER CHECK (http_status BETWEEN 0 AND 65535),
    detail          TEXT,
    gateway_id      TEXT,
    PRIMARY KEY (message_id, no)
) STRICT, WITHOUT ROWID;

-- The database itself forbids two attempts in flight, and one listed message proving two attempts.
CREATE UNIQUE INDEX idx_whatsapp_attempts_open ON whatsapp_message_attempts (message_id)
    WHERE outcome IS NULL;
CREATE UNIQUE INDEX idx_whatsapp_attempts_gateway ON whatsapp_message_attempts (gateway_id)
    WHERE gateway_id IS NOT NULL;
CREATE INDEX idx_whatsapp_attempts_number ON whatsapp_message_attempts (whatsapp_number, started_at);

-- What is owed: narrow rows, only for messages that still need work, gone once they do not.
CREATE TABLE whatsapp_outbox (
    message_id        TEXT PRIMARY KEY NOT NULL
        REFERENCES whatsapp_message_logs (id) ON DELETE CASCADE,
    step              TEXT NOT NULL CHECK (step IN ('send', 'look', 'watch')),
    lane              TEXT NOT NULL
        GENERATED ALWAYS AS (CASE step WHEN 'watch' THEN 'watch' ELSE 'owed' END) VIRTUAL,
    due_at            INTEGER NOT NULL,
    lease_token       TEXT,
    lease_until       INTEGER,
    -- Leases that ran out without a word since the last settlement.
    reaps             INTEGER NOT NULL DEFAULT 0 CHECK (reaps >= 0),
    -- The start of the open attempt.
    open_since        INTEGER,
    posts             INTEGER NOT NULL CHECK (posts >= 0),
    refusals          INTEGER NOT NULL CHECK (refusals BETWEEN 0 AND posts),
    looks             INTEGER NOT NULL CHECK (looks >= 0),
    looks_unavailable INTEGER NOT NULL CHECK (looks_unavailable BETWEEN 0 AND looks),
    CHECK ((lease_token IS NULL) = (lease_until IS NULL))
) STRICT, WITHOUT ROWID;

-- Serves every claim in its order: the longest due first, then by id.
CREATE INDEX idx_whatsapp_outbox_due ON whatsapp_outbox (lane, due_at);

-- One e-mail each.
CREATE TABLE whatsapp_digests (
    id          TEXT PRIMARY KEY NOT NULL,
    created_at  INTEGER NOT NULL,
    sent_at     INTEGER,
    lease_token TEXT,
    lease_until INTEGER,
    CHECK ((lease_token IS NULL) = (lease_until IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_whatsapp_digests_created ON whatsapp_digests (created_at);
CREATE INDEX idx_whatsapp_digests_unsent ON whatsapp_digests (created_at) WHERE sent_at IS NULL;

-- One row for each message that failed for good. Why it failed is kept here: a manager may retry
-- the message, and then its own row tells another story.
CREATE TABLE whatsapp_notices (
    message_id     TEXT PRIMARY KEY NOT NULL
        REFERENCES whatsapp_message_logs (id) ON DELETE CASCADE,
    created_at     INTEGER NOT NULL,
    failure_kind   TEXT NOT NULL
        CHECK (failure_kind IN ('rejected', 'exhausted', 'invalid', 'unknown_outcome', 'undelivered', 'poison')),
    failure_reason TEXT NOT NULL,
    retry_count    INTEGER NOT NULL CHECK (retry_count >= 0),
    digest_id      TEXT REFERENCES whatsapp_digests (id)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_whatsapp_notices_digest ON whatsapp_notices (digest_id, created_at);

-- The account's shared state, in exactly one row.
CREATE TABLE whatsapp_account (
    id           INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    pause_reason TEXT
        CHECK (pause_reason IN ('key_refused', 'misconfigured', 'rate_limited', 'outage')),
    pause_since  INTEGER,
    pause_until  INTEGER,
    next_slot    INTEGER,
    CHECK ((pause_reason IS NULL) = (pause_since IS NULL)),
    CHECK ((pause_reason IS NULL) = (pause_until IS NULL))
) STRICT;

INSERT INTO whatsapp_account (id) VALUES (1);

-- 4.3. The host may have this table already, with columns of its own.
CREATE TABLE IF NOT EXISTS invoice_configurations (
    config_key   TEXT PRIMARY KEY NOT NULL,
    config_value TEXT NOT NULL,
    config_type  TEXT NOT NULL,
    description  TEXT
) STRICT;

-- The key stays empty: it comes from an `ApiKeySource`. The address stays empty too: notices wait
-- until a manager says where they go.
INSERT INTO invoice_configurations (config_key, config_value, config_type, description) VALUES
    ('whatsapp_enabled', 'true', 'boolean', 'Enable WhatsApp messaging'),
    ('whatsapp_stock_delivered_enabled', 'true', 'boolean', 'Enable stock delivered notifications'),
    ('whatsapp_invoice_enabled', 'true', 'boolean', 'Enable invoice messages'),
    ('whatsapp_payment_reminder_enabled', 'true', 'boolean', 'Enable payment reminders'),
    ('whatsapp_festival_enabled', 'true', 'boolean', 'Enable festival messages'),
    ('whatsapp_api_key', '', 'string', '360Messenger API Key'),
    ('whatsapp_api_url', 'https://api.360messenger.com', 'string', '360Messenger API Base URL'),
    ('whatsapp_retry_max', '3', 'number', 'Maximum retry attempts'),
    ('whatsapp_retry_interval_minutes', '30', 'number', 'Retry interval in minutes'),
    ('whatsapp_failure_notification_email', '', 'string', 'Email for failure notifications'),
    ('whatsapp_payment_reminder_days', '3,7', 'string', 'Days after invoice for payment reminders (comma-separated)')
ON CONFLICT (config_key) DO NOTHING;
