-- The specification's tables (4.1 to 4.3) with the columns that the library adds, the attempt
-- ledger, the outbox, and the notices. Its pair is the file of the same number for SQLite.
--
-- Nothing refers to the host's tables (`customers`, `auth.users`): a host may not have them. The
-- set `references` adds that. Ids that the host gives are UUIDs where they can be: a customer or a
-- user whose id is other text has a UUID made from it here, and the text in the `_key` column.

-- 4.2
CREATE TABLE whatsapp_templates (
    id               UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    template_name    VARCHAR(100) NOT NULL UNIQUE,
    message_type     VARCHAR(50) NOT NULL
        CHECK (message_type IN ('stock_delivered', 'invoice', 'payment_reminder', 'festival')),
    template_content TEXT NOT NULL,
    -- In order of first use.
    placeholders     TEXT[] NOT NULL DEFAULT '{}',
    is_active        BOOLEAN NOT NULL DEFAULT TRUE,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at       TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by       UUID,
    created_by_key   TEXT
);

CREATE INDEX idx_whatsapp_templates_type ON whatsapp_templates (message_type, template_name);
-- The default template of a type is the active one that changed last.
CREATE INDEX idx_whatsapp_templates_active ON whatsapp_templates (is_active, message_type, updated_at, id);

-- 4.1
CREATE TABLE whatsapp_message_logs (
    id                UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_id       UUID NOT NULL,
    customer_key      TEXT,
    customer_name     VARCHAR(255) NOT NULL,
    whatsapp_number   VARCHAR(20) NOT NULL,
    message_type      VARCHAR(50) NOT NULL
        CHECK (message_type IN ('stock_delivered', 'invoice', 'payment_reminder', 'festival')),
    trigger_type      VARCHAR(20) NOT NULL CHECK (trigger_type IN ('auto', 'scheduled', 'manual')),
    status            VARCHAR(20) NOT NULL
        CHECK (status IN ('pending', 'sent', 'failed', 'cancelled')),
    retry_count       INTEGER NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
    max_retries       INTEGER NOT NULL DEFAULT 3 CHECK (max_retries >= 0),
    message_content   TEXT NOT NULL,
    -- No reference: a message outlives the template that it was made from.
    template_id       UUID,
    attachment_url    TEXT,
    attachment_type   VARCHAR(50) CHECK (attachment_type IN ('pdf', 'jpg', 'png')),
    failure_reason    TEXT,
    api_response      JSONB,
    scheduled_for     TIMESTAMPTZ,
    sent_at           TIMESTAMPTZ,
    created_at        TIMESTAMPTZ NOT NULL DEFAULT now(),
    -- Grows with every change of the row, so that it tells whether the row is still as it was seen.
    updated_at        TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by        UUID,
    created_by_key    TEXT,
    -- What the library adds to the specification's columns.
    message_key       TEXT NOT NULL UNIQUE,
    fingerprint       TEXT NOT NULL,
    next_attempt_at   TIMESTAMPTZ,
    delivery          TEXT CHECK (delivery IN ('accepted', 'delivered', 'read', 'undelivered')),
    failure_kind      TEXT
        CHECK (failure_kind IN ('rejected', 'exhausted', 'invalid', 'unknown_outcome', 'undelivered', 'poison')),
    cancel_reason     TEXT CHECK (cancel_reason IN ('paid', 'switched_off', 'expired', 'manager')),
    gateway_id        TEXT,
    attachment_name   TEXT,
    attachment_size   BIGINT CHECK (attachment_size >= 0),
    attachment_sha256 TEXT,
    invoice_id        TEXT,
    expires_at        TIMESTAMPTZ,
    warning           TEXT,
    resend_of         UUID,
    CHECK ((failure_kind IS NULL) = (failure_reason IS NULL)),
    CHECK ((attachment_url IS NULL) = (attachment_type IS NULL)),
    CHECK ((attachment_url IS NULL) = (attachment_name IS NULL))
);

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
    message_id      UUID NOT NULL REFERENCES whatsapp_message_logs (id) ON DELETE CASCADE,
    no              INTEGER NOT NULL CHECK (no >= 1),
    -- Copied from the message: what was sent to a number is asked for when an outcome is unknown.
    whatsapp_number VARCHAR(20) NOT NULL,
    started_at      TIMESTAMPTZ NOT NULL,
    finished_at     TIMESTAMPTZ,
    outcome         TEXT
        CHECK (outcome IN ('accepted', 'rejected', 'not_sent', 'account_refused', 'not_accepted', 'unknown_held')),
    http_status     INTEGER CHECK (http_status BETWEEN 0 AND 65535),
    detail          TEXT,
    gateway_id      TEXT,
    PRIMARY KEY (message_id, no)
);

-- The database itself forbids two attempts in flight, and one listed message proving two attempts.
CREATE UNIQUE INDEX idx_whatsapp_attempts_open ON whatsapp_message_attempts (message_id)
    WHERE outcome IS NULL;
CREATE UNIQUE INDEX idx_whatsapp_attempts_gateway ON whatsapp_message_attempts (gateway_id)
    WHERE gateway_id IS NOT NULL;
CREATE INDEX idx_whatsapp_attempts_number ON whatsapp_message_attempts (whatsapp_number, started_at);

-- What is owed: narrow rows, only for messages that still need work, gone once they do not. Half of
-- each page stays free, so that a claim and a begin, which change no indexed column, find room for
-- the row's new version beside the old one and touch no index.
CREATE TABLE whatsapp_outbox (
    message_id        UUID PRIMARY KEY REFERENCES whatsapp_message_logs (id) ON DELETE CASCADE,
    step              TEXT NOT NULL CHECK (step IN ('send', 'look', 'watch')),
    lane              TEXT NOT NULL
        GENERATED ALWAYS AS (CASE step WHEN 'watch' THEN 'watch' ELSE 'owed' END) STORED,
    due_at            TIMESTAMPTZ NOT NULL,
    lease_token       UUID,
    lease_until       TIMESTAMPTZ,
    -- Leases that ran out without a word since the last settlement.
    reaps             INTEGER NOT NULL DEFAULT 0 CHECK (reaps >= 0),
    -- The start of the open attempt.
    open_since        TIMESTAMPTZ,
    posts             INTEGER NOT NULL CHECK (posts >= 0),
    refusals          INTEGER NOT NULL CHECK (refusals BETWEEN 0 AND posts),
    looks             INTEGER NOT NULL CHECK (looks >= 0),
    looks_unavailable INTEGER NOT NULL CHECK (looks_unavailable BETWEEN 0 AND looks),
    CHECK ((lease_token IS NULL) = (lease_until IS NULL))
) WITH (fillfactor = 50);

-- Serves every claim in its order: the longest due first, then by id.
CREATE INDEX idx_whatsapp_outbox_due ON whatsapp_outbox (lane, due_at, message_id);

-- One e-mail each.
CREATE TABLE whatsapp_digests (
    id          UUID PRIMARY KEY,
    created_at  TIMESTAMPTZ NOT NULL,
    sent_at     TIMESTAMPTZ,
    lease_token UUID,
    lease_until TIMESTAMPTZ,
    CHECK ((lease_token IS NULL) = (lease_until IS NULL))
);

CREATE INDEX idx_whatsapp_digests_created ON whatsapp_digests (created_at, id);
CREATE INDEX idx_whatsapp_digests_unsent ON whatsapp_digests (created_at, id) WHERE sent_at IS NULL;

-- One row for each message that failed for good. Why it failed is kept here: a manager may retry
-- the message, and then its own row tells another story.
CREATE TABLE whatsapp_notices (
    message_id     UUID PRIMARY KEY REFERENCES whatsapp_message_logs (id) ON DELETE CASCADE,
    created_at     TIMESTAMPTZ NOT NULL,
    failure_kind   TEXT NOT NULL
        CHECK (failure_kind IN ('rejected', 'exhausted', 'invalid', 'unknown_outcome', 'undelivered', 'poison')),
    failure_reason TEXT NOT NULL,
    retry_count    INTEGER NOT NULL CHECK (retry_count >= 0),
    digest_id      UUID REFERENCES whatsapp_digests (id)
);

CREATE INDEX idx_whatsapp_notices_digest ON whatsapp_notices (digest_id, created_at);

-- The account's shared state, in exactly one row.
CREATE TABLE whatsapp_account (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    pause_reason TEXT
        CHECK (pause_reason IN ('key_refused', 'misconfigured', 'rate_limited', 'outage')),
    pause_since  TIMESTAMPTZ,
    pause_until  TIMESTAMPTZ,
    next_slot    TIMESTAMPTZ,
    CHECK ((pause_reason IS NULL) = (pause_since IS NULL)),
    CHECK ((pause_reason IS NULL) = (pause_until IS NULL))
) WITH (fillfactor = 10);

INSERT INTO whatsapp_account (id) VALUES (1);

-- 4.3. The host may have this table already, with columns of its own; the comment tells which.
DO $$
BEGIN
    IF to_regclass('invoice_configurations') IS NULL THEN
        CREATE TABLE invoice_configurations (
            config_key   TEXT PRIMARY KEY,
            config_value TEXT NOT NULL,
            config_type  TEXT NOT NULL,
            description  TEXT
        );
        COMMENT ON TABLE invoice_configurations IS 'Made by whatsapp-store-sqlx';
    END IF;
END
$$;

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
