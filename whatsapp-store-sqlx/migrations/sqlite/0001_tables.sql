-- The specification's tables (4.1 to 4.3) with the columns that the library adds, the ledger of attempts,
-- the outbox, the notices and the account.
--
-- Instants are INTEGER microseconds since 1970 in UTC, which is at most 9,500 years away: whatever is written
-- here can be read. Ids are TEXT: UUIDs in lower case with hyphens.
-- Tables are STRICT, so that a value of a wrong type is an error. Nothing refers to the host's tables
-- (`customers`, `auth.users`), because they may be in another database.

-- 4.2
CREATE TABLE whatsapp_templates (
    id               TEXT PRIMARY KEY NOT NULL,
    template_name    TEXT NOT NULL UNIQUE,
    -- The name of a type, which the program may or may not know.
    message_type     TEXT NOT NULL CHECK (
        message_type GLOB '[a-z]*' AND NOT message_type GLOB '*[^a-z0-9_]*' AND length(message_type) <= 50
    ),
    template_content TEXT NOT NULL,
    -- A JSON array of names.
    placeholders     TEXT NOT NULL CHECK (json_valid(placeholders)),
    is_active        INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    -- Every change raises it by one.
    version          INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN 1 AND 2147483647),
    created_at       INTEGER NOT NULL CHECK (abs(created_at) < 300000000000000000),
    updated_at       INTEGER NOT NULL CHECK (abs(updated_at) < 300000000000000000),
    created_by       TEXT
) STRICT;

CREATE INDEX idx_whatsapp_templates_type ON whatsapp_templates (message_type, template_name);
-- The default template of a type is the active one that changed last.
CREATE INDEX idx_whatsapp_templates_active
    ON whatsapp_templates (is_active, message_type, updated_at, id);

-- Every text that a template ever had. Rows are added and never changed: no reference takes them away with
-- their template, for messages go on to name them.
CREATE TABLE whatsapp_template_versions (
    template_id      TEXT NOT NULL,
    version          INTEGER NOT NULL CHECK (version BETWEEN 1 AND 2147483647),
    template_name    TEXT NOT NULL,
    message_type     TEXT NOT NULL,
    template_content TEXT NOT NULL,
    is_active        INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    -- Who saved it, and when; `outside` where something else than the library wrote it.
    at               INTEGER NOT NULL CHECK (abs(at) < 300000000000000000),
    actor            TEXT NOT NULL CHECK (actor IN ('person', 'host', 'outside')),
    user_id          TEXT,
    note             TEXT,
    PRIMARY KEY (template_id, version),
    CHECK ((actor = 'person') = (user_id IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- INSERT OR REPLACE would take the row that is there away without a DELETE that a trigger sees.
CREATE TRIGGER whatsapp_template_versions_replaced BEFORE INSERT ON whatsapp_template_versions
WHEN EXISTS (
    SELECT 1 FROM whatsapp_template_versions
    WHERE template_id = NEW.template_id AND version = NEW.version
)
BEGIN
    SELECT RAISE(ABORT, 'whatsapp_template_versions has this version already');
END;
CREATE TRIGGER whatsapp_template_versions_changed BEFORE UPDATE ON whatsapp_template_versions
BEGIN
    SELECT RAISE(ABORT, 'the versions of templates are not changed');
END;
CREATE TRIGGER whatsapp_template_versions_deleted BEFORE DELETE ON whatsapp_template_versions
BEGIN
    SELECT RAISE(ABORT, 'the versions of templates are not changed');
END;

-- 4.1
CREATE TABLE whatsapp_message_logs (
    id                TEXT PRIMARY KEY NOT NULL,
    customer_id       TEXT NOT NULL,
    customer_name     TEXT NOT NULL,
    whatsapp_number   TEXT NOT NULL,
    -- The name of a type, which the program may or may not know.
    message_type      TEXT NOT NULL CHECK (
        message_type GLOB '[a-z]*' AND NOT message_type GLOB '*[^a-z0-9_]*' AND length(message_type) <= 50
    ),
    trigger_type      TEXT NOT NULL CHECK (trigger_type IN ('auto', 'scheduled', 'manual')),
    status            TEXT NOT NULL
        CHECK (status IN ('pending', 'sent', 'failed', 'cancelled')),
    retry_count       INTEGER NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
    max_retries       INTEGER NOT NULL DEFAULT 3 CHECK (max_retries >= 0),
    message_content   TEXT NOT NULL,
    -- No reference: a message outlives the template that it was made from.
    template_id       TEXT,
    attachment_url    TEXT,
    attachment_type   TEXT CHECK (attachment_type IN ('pdf', 'jpg', 'png')),
    failure_reason    TEXT,
    api_response      TEXT CHECK (json_valid(api_response)),
    scheduled_for     INTEGER CHECK (abs(scheduled_for) < 300000000000000000),
    sent_at           INTEGER CHECK (abs(sent_at) < 300000000000000000),
    created_at        INTEGER NOT NULL CHECK (abs(created_at) < 300000000000000000),
    -- Grows with every change of the row: it tells whether the row is still as it was seen.
    updated_at        INTEGER NOT NULL CHECK (abs(updated_at) < 300000000000000000),
    created_by        TEXT,

    -- What the library adds to the specification's columns.
    message_key       TEXT NOT NULL UNIQUE,
    -- The SHA-256 of what the message says.
    fingerprint       BLOB NOT NULL,
    -- The invoice, order or entry as people know it.
    subject           TEXT,
    -- The values of the placeholders as they stand in the text: a JSON object of strings. NULL for a
    -- text that a person wrote.
    placeholder_values TEXT CHECK (json_valid(placeholder_values)),
    -- The version of the template `template_id`.
    template_version  INTEGER CHECK (template_version >= 1),
    invoice_id        TEXT,
    expires_at        INTEGER CHECK (abs(expires_at) < 300000000000000000),
    warning           TEXT,
    resend_of         TEXT,
    attachment_name   TEXT,
    attachment_size   INTEGER CHECK (attachment_size >= 0),
    attachment_sha256 TEXT,
    -- When the link to a hosted file ends.
    attachment_until  INTEGER CHECK (abs(attachment_until) < 300000000000000000),
    -- The part of the message that is sent now, or was sent last: a text that is too long for a
    -- caption follows its file.
    part              TEXT NOT NULL CHECK (part IN ('whole', 'file', 'text')),
    next_attempt_at   INTEGER CHECK (abs(next_attempt_at) < 300000000000000000),
    delivery          TEXT CHECK (delivery IN ('accepted', 'delivered', 'read', 'undelivered')),
    gateway_id        TEXT,
    failure_kind      TEXT CHECK (failure_kind IN (
        'rejected', 'exhausted', 'invalid', 'unknown_outcome', 'undelivered', 'poison'
    )),
    -- Whose trouble the failure was.
    failure_cause     TEXT CHECK (failure_cause IN (
        'message', 'recipient', 'account', 'address', 'between', 'gateway', 'host'
    )),
    cancel_reason     TEXT CHECK (cancel_reason IN (
        'paid', 'switched_off', 'expired', 'manager', 'opted_out', 'muted', 'void', 'below_minimum',
        'campaign', 'superseded'
    )),
    -- Why a message that was due waits, and the sentence about it; a message that was withdrawn may have
    -- the sentence alone.
    held_for          TEXT CHECK (held_for IN (
        'disputed', 'promised', 'credit', 'stale_payments', 'records', 'hours', 'trial'
    )),
    explanation       TEXT,
    CHECK (held_for IS NULL OR explanation IS NOT NULL),
    CHECK ((failure_kind IS NULL) = (failure_reason IS NULL)),
    CHECK ((failure_kind IS NULL) = (failure_cause IS NULL)),
    CHECK ((attachment_url IS NULL) = (attachment_type IS NULL)),
    CHECK ((attachment_url IS NULL) = (attachment_name IS NULL))
) STRICT;

-- Under the specification's names, each with the order of pages behind its column: a page of the log then
-- reads as many rows as it shows, however long the log is. Work that is owed is never looked for here: the
-- outbox is for that.
CREATE INDEX idx_whatsapp_logs_customer ON whatsapp_message_logs (customer_id, created_at, id);
-- The order of pages: of all messages, of those of one type, of those of one status, and of what was not
-- sent of one type. Each page is merged from the ranges of the three triggers, whatever number of types there
-- is.
CREATE INDEX idx_whatsapp_logs_trigger ON whatsapp_message_logs (trigger_type, created_at, id);
CREATE INDEX idx_whatsapp_logs_status ON whatsapp_message_logs (status, trigger_type, created_at, id);
CREATE INDEX idx_whatsapp_logs_type
    ON whatsapp_message_logs (message_type, trigger_type, created_at, id);
CREATE INDEX idx_whatsapp_logs_unsent_type
    ON whatsapp_message_logs (status, message_type, trigger_type, created_at, id)
    WHERE status NOT IN ('pending', 'sent');
CREATE INDEX idx_whatsapp_logs_scheduled ON whatsapp_message_logs (scheduled_for)
    WHERE scheduled_for IS NOT NULL;
-- Counts the messages that will be retried without reading the log.
CREATE INDEX idx_whatsapp_logs_retrying ON whatsapp_message_logs (next_attempt_at)
    WHERE next_attempt_at IS NOT NULL;
-- The order of pages of what waits for the books or for business hours.
CREATE INDEX idx_whatsapp_logs_held
    ON whatsapp_message_logs (held_for, trigger_type, created_at, id)
    WHERE held_for IS NOT NULL;
-- Tells whether a message was sent again: a resend asks before it sends, and a message that was sent again
-- is not reported as failed any more.
CREATE INDEX idx_whatsapp_logs_resent ON whatsapp_message_logs (resend_of)
    WHERE resend_of IS NOT NULL;

-- Finds messages by what they are about, as people know it: by the whole of it or by its beginning.
CREATE INDEX idx_whatsapp_logs_subject ON whatsapp_message_logs (subject, created_at, id)
    WHERE subject IS NOT NULL;

-- The ledger is two tables, and the view behind them shows both as one. An attempt is written down twice:
-- before its POST, and when its outcome is known. No row and no index entry changes then.
--
-- The attempts: one row for each POST, committed before it.
CREATE TABLE whatsapp_attempts_begun (
    message_id    TEXT NOT NULL REFERENCES whatsapp_message_logs (id) ON DELETE CASCADE,
    no            INTEGER NOT NULL CHECK (no >= 1),
    account_id    INTEGER NOT NULL,
    part          TEXT NOT NULL CHECK (part IN ('whole', 'file', 'text')),
    -- What all spellings of the message's number have in common: when an outcome is unknown, the attempts
    -- to that telephone are looked for.
    number_key    TEXT NOT NULL,
    -- The number that it went to, and the SHA-256 of the text that it sent as looks compare texts (of the
    -- file's name, where that goes ahead of its text): the message may change afterwards.
    whatsapp_number TEXT NOT NULL,
    text_sha256   BLOB NOT NULL,
    -- The gateway that it went to and a mark of the API key that it was made with: 32 bits of an HMAC.
    -- NULL for a gateway that has only one way.
    gateway_host  TEXT,
    key_mark      TEXT,
    started_at    INTEGER NOT NULL CHECK (abs(started_at) < 300000000000000000),
    -- Of a reply that left the outcome unknown: when it came, and what it said.
    unclear_at    INTEGER CHECK (abs(unclear_at) < 300000000000000000),
    http_status   INTEGER CHECK (http_status BETWEEN 0 AND 65535),
    detail        TEXT,
    -- The evidence that the gateway fetched the file.
    fetched_at    INTEGER CHECK (abs(fetched_at) < 300000000000000000),
    fetched_bytes INTEGER CHECK (fetched_bytes >= 0),
    -- The attempt before this one. The database itself forbids a second open attempt of a message: none
    -- begins before the one before it has its outcome. First attempts, which most are, are looked up nowhere.
    previous      INTEGER GENERATED ALWAYS AS (nullif(no - 1, 0)) VIRTUAL,
    PRIMARY KEY (message_id, no),
    FOREIGN KEY (message_id, previous) REFERENCES whatsapp_attempts_ended (message_id, no),
    CHECK ((gateway_host IS NULL) = (key_mark IS NULL))
) STRICT, WITHOUT ROWID;

-- Attempts are looked for by number, within some days. The last digit stands first, and then the time: new
-- entries go to ten pages, and not to a page for each customer, all of which a commit would write.
CREATE INDEX idx_whatsapp_attempts_number ON whatsapp_attempts_begun (
    substr(number_key, -1), started_at, number_key
);

-- What became of them. One without a row here is open.
CREATE TABLE whatsapp_attempts_ended (
    message_id    TEXT NOT NULL,
    no            INTEGER NOT NULL,
    -- As in the attempt's other row: to whom the gateway's id belongs.
    account_id    INTEGER NOT NULL,
    gateway_host  TEXT,
    finished_at   INTEGER NOT NULL CHECK (abs(finished_at) < 300000000000000000),
    outcome       TEXT NOT NULL CHECK (outcome IN (
        'accepted', 'rejected', 'not_sent', 'account_refused', 'unclear_refusal', 'not_accepted',
        'unknown_held'
    )),
    http_status   INTEGER CHECK (http_status BETWEEN 0 AND 65535),
    detail        TEXT,
    gateway_id    TEXT,
    PRIMARY KEY (message_id, no),
    FOREIGN KEY (message_id, no) REFERENCES whatsapp_attempts_begun (message_id, no) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The database itself forbids one gateway id for two attempts of an account at one gateway.
CREATE UNIQUE INDEX idx_whatsapp_attempts_gateway
    ON whatsapp_attempts_ended (gateway_id, account_id, coalesce(gateway_host, ''))
    WHERE gateway_id IS NOT NULL;

-- The ledger as it is read.
CREATE VIEW whatsapp_message_attempts AS
SELECT
    begun.message_id, begun.no, begun.account_id, begun.part, begun.number_key, begun.whatsapp_number,
    begun.text_sha256, begun.gateway_host, begun.key_mark, begun.started_at,
    coalesce(ended.finished_at, begun.unclear_at) AS finished_at,
    ended.outcome,
    coalesce(ended.http_status, begun.http_status) AS http_status,
    coalesce(ended.detail, begun.detail) AS detail,
    ended.gateway_id, begun.fetched_at, begun.fetched_bytes
FROM whatsapp_attempts_begun AS begun
LEFT JOIN whatsapp_attempts_ended AS ended
    ON ended.message_id = begun.message_id AND ended.no = begun.no;

-- What is owed: narrow rows, only for messages that still need work.
CREATE TABLE whatsapp_outbox (
    message_id        TEXT PRIMARY KEY NOT NULL
        REFERENCES whatsapp_message_logs (id) ON DELETE CASCADE,
    account_id        INTEGER NOT NULL,
    step              TEXT NOT NULL CHECK (step IN ('send', 'look', 'watch')),
    class             TEXT NOT NULL
        CHECK (class IN ('transactional', 'reminder', 'greeting', 'bulk')),
    -- The queue that the message waits in: that of its class, or that of what is only watched.
    lane              TEXT NOT NULL
        GENERATED ALWAYS AS (CASE step WHEN 'watch' THEN 'watch' ELSE class END) VIRTUAL,
    due_at            INTEGER NOT NULL CHECK (abs(due_at) < 300000000000000000),
    -- Who works on the message, and until when: by the wall clock, and by elapsed time, which no correction
    -- of a clock moves. A base says what elapsed time is counted from; the value is in microseconds.
    lease_token       TEXT,
    lease_until       INTEGER CHECK (abs(lease_until) < 300000000000000000),
    lease_base        INTEGER,
    lease_ends        INTEGER,
    -- The start of the open attempt, by the wall clock and by elapsed time. An attempt without a base has
    -- none in common with anybody.
    open_since        INTEGER CHECK (abs(open_since) < 300000000000000000),
    open_base         INTEGER,
    open_elapsed      INTEGER,
    -- When the next look is due, by elapsed time.
    look_base         INTEGER,
    look_elapsed      INTEGER,
    -- Leases that ran out since the last settlement.
    expired_leases             INTEGER NOT NULL DEFAULT 0 CHECK (expired_leases >= 0),
    posts             INTEGER NOT NULL CHECK (posts >= 0),
    -- Attempts that do not count towards the retry limit: those refused because of the account, and, once
    -- the text is being sent, every attempt that was made for its file.
    free_posts        INTEGER NOT NULL CHECK (free_posts BETWEEN 0 AND posts),
    looks             INTEGER NOT NULL CHECK (looks >= 0),
    looks_unavailable INTEGER NOT NULL CHECK (looks_unavailable BETWEEN 0 AND looks),
    CHECK ((lease_token IS NULL) = (lease_until IS NULL))
) STRICT, WITHOUT ROWID;

-- Serves every claim in its order: of an account and a lane the longest due first, then by id.
CREATE INDEX idx_whatsapp_outbox_due ON whatsapp_outbox (account_id, lane, due_at);
-- The same of what is to be looked up: a send is never in it.
CREATE INDEX idx_whatsapp_outbox_looks ON whatsapp_outbox (account_id, lane, due_at)
    WHERE step = 'look';

-- One row for each e-mail about failures.
CREATE TABLE whatsapp_digests (
    id          TEXT PRIMARY KEY NOT NULL,
    created_at  INTEGER NOT NULL CHECK (abs(created_at) < 300000000000000000),
    sent_at     INTEGER CHECK (abs(sent_at) < 300000000000000000),
    -- Who has a digest that the mail server took for some recipients and refused for others, one e-mail
    -- address a line, and when it is tried again for the others.
    told        TEXT,
    again_at    INTEGER CHECK (abs(again_at) < 300000000000000000),
    lease_token TEXT,
    lease_until INTEGER CHECK (abs(lease_until) < 300000000000000000),
    CHECK ((lease_token IS NULL) = (lease_until IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_whatsapp_digests_created ON whatsapp_digests (created_at);
CREATE INDEX idx_whatsapp_digests_unsent ON whatsapp_digests (created_at) WHERE sent_at IS NULL;

-- One row for each message that failed for good. It says itself why the message failed: a manager may retry
-- the message, and then the message's own row says something else.
CREATE TABLE whatsapp_notices (
    message_id     TEXT PRIMARY KEY NOT NULL
        REFERENCES whatsapp_message_logs (id) ON DELETE CASCADE,
    created_at     INTEGER NOT NULL CHECK (abs(created_at) < 300000000000000000),
    failure_kind   TEXT NOT NULL CHECK (failure_kind IN (
        'rejected', 'exhausted', 'invalid', 'unknown_outcome', 'undelivered', 'poison'
    )),
    failure_cause  TEXT NOT NULL CHECK (failure_cause IN (
        'message', 'recipient', 'account', 'address', 'between', 'gateway', 'host'
    )),
    failure_reason TEXT NOT NULL,
    retry_count    INTEGER NOT NULL CHECK (retry_count >= 0),
    digest_id      TEXT REFERENCES whatsapp_digests (id)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_whatsapp_notices_digest ON whatsapp_notices (digest_id, created_at);

-- Failed messages that a person has settled in another way, each as it stood when it had changed last: one
-- that has failed again since is not among them.
CREATE TABLE whatsapp_put_aside (
    message_id TEXT PRIMARY KEY NOT NULL REFERENCES whatsapp_message_logs (id) ON DELETE CASCADE,
    seen       INTEGER NOT NULL CHECK (abs(seen) < 300000000000000000),
    at         INTEGER NOT NULL CHECK (abs(at) < 300000000000000000)
) STRICT, WITHOUT ROWID;

-- The shared state of each account, by its small number; most businesses have one.
CREATE TABLE whatsapp_account (
    id               INTEGER PRIMARY KEY NOT NULL CHECK (id BETWEEN 0 AND 255),
    -- Requests may be made from this moment on, by elapsed time, in microseconds.
    slot_base        INTEGER,
    slot_elapsed     INTEGER,
    -- The pause, with the gateway's own words.
    pause_reason     TEXT CHECK (pause_reason IN (
        'key_refused', 'phone_not_linked', 'subscription', 'account_refused', 'wrong_address', 'between',
        'misconfigured', 'rate_limited', 'outage', 'held'
    )),
    pause_detail     TEXT,
    pause_since      INTEGER CHECK (abs(pause_since) < 300000000000000000),
    pause_until      INTEGER CHECK (abs(pause_until) < 300000000000000000),
    -- The message that is tried on its own schedule, after a day of one pause.
    pause_scout      TEXT,
    -- The latest answer that left open whose trouble it was; gone once a message is taken.
    doubt_cause      TEXT CHECK (doubt_cause IN (
        'message', 'recipient', 'account', 'address', 'between', 'gateway', 'host'
    )),
    doubt_message    TEXT,
    doubt_at         INTEGER CHECK (abs(doubt_at) < 300000000000000000),
    -- The message that was last taken while something was in doubt.
    taken_message    TEXT,
    taken_at         INTEGER CHECK (abs(taken_at) < 300000000000000000),
    resumed_at       INTEGER CHECK (abs(resumed_at) < 300000000000000000),
    -- Messages in a row that were accepted and not delivered, and whether people were told.
    undelivered      INTEGER NOT NULL DEFAULT 0 CHECK (undelivered >= 0),
    undelivered_told INTEGER NOT NULL DEFAULT 0 CHECK (undelivered_told IN (0, 1)),
    -- The last day whose payments were known when people were told that reminders wait for newer ones:
    -- its midnight by UTC.
    stale_told       INTEGER CHECK (abs(stale_told) < 300000000000000000),
    CHECK ((slot_base IS NULL) = (slot_elapsed IS NULL)),
    CHECK ((pause_reason IS NULL) = (pause_since IS NULL)),
    CHECK ((pause_reason IS NULL) = (pause_until IS NULL)),
    CHECK ((doubt_cause IS NULL) = (doubt_message IS NULL)),
    CHECK ((doubt_cause IS NULL) = (doubt_at IS NULL)),
    CHECK ((taken_message IS NULL) = (taken_at IS NULL))
) STRICT;

INSERT INTO whatsapp_account (id) VALUES (1);

-- What stopped an account and lifted it, and whether people were told.
CREATE TABLE whatsapp_account_events (
    id          TEXT PRIMARY KEY NOT NULL,
    account_id  INTEGER NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN (
        'stopped', 'resumed', 'undelivered', 'stale_payments', 'approvals', 'unconfirmed', 'not_greeted',
        'left_out'
    )),
    reason      TEXT CHECK (reason IN (
        'key_refused', 'phone_not_linked', 'subscription', 'account_refused', 'wrong_address', 'between',
        'misconfigured', 'rate_limited', 'outage', 'held'
    )),
    detail      TEXT,
    at          INTEGER NOT NULL CHECK (abs(at) < 300000000000000000),
    told_at     INTEGER CHECK (abs(told_at) < 300000000000000000),
    lease_token TEXT,
    lease_until INTEGER CHECK (abs(lease_until) < 300000000000000000),
    CHECK ((lease_token IS NULL) = (lease_until IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_whatsapp_account_events_at ON whatsapp_account_events (account_id, at, id);

-- The planner's run of each local date. Dates are TEXT, `2026-01-27`.
CREATE TABLE whatsapp_planner_runs (
    day         TEXT PRIMARY KEY NOT NULL CHECK (day IS date(day) AND day >= '0001-01-01'),
    -- How far it is, and the rules that it goes by: the planner's own words.
    progress    TEXT NOT NULL,
    lease_token TEXT,
    lease_until INTEGER CHECK (abs(lease_until) < 300000000000000000),
    started_at  INTEGER NOT NULL CHECK (abs(started_at) < 300000000000000000),
    finished_at INTEGER CHECK (abs(finished_at) < 300000000000000000),
    CHECK ((lease_token IS NULL) = (lease_until IS NULL))
) STRICT, WITHOUT ROWID;

-- The reminders of each invoice, each one row for ever. No reference: a step outlives its message, and says
-- itself what came of it.
CREATE TABLE whatsapp_reminder_steps (
    invoice_id  TEXT NOT NULL,
    -- Which reminder of the invoice: `T+7`, or `now:1` for one that a person asked for.
    step        TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    -- The invoice's number, as people know it.
    subject     TEXT NOT NULL,
    -- The day that the rule gives it, and the one on which it goes out.
    own_day     TEXT NOT NULL CHECK (own_day IS date(own_day) AND own_day >= '0001-01-01'),
    day         TEXT NOT NULL CHECK (day IS date(day) AND day >= '0001-01-01'),
    -- Of one that is on its way: the day for which it was planned, by which it is late.
    planned_for TEXT CHECK (planned_for IS date(planned_for) AND planned_for >= '0001-01-01'),
    state       TEXT NOT NULL CHECK (state IN (
        'planned', 'held', 'queued', 'sent', 'failed', 'gave_way', 'done', 'cancelled', 'skipped', 'dropped'
    )),
    -- What put it off, or holds it, and the sentence that people read.
    reason      TEXT CHECK (reason IN (
        'too_late', 'first_run', 'by_hand', 'gap', 'closed_day', 'cap', 'promised', 'disputed', 'credit',
        'stale_payments', 'records', 'moved', 'summary'
    )),
    sentence    TEXT,
    message_id  TEXT,
    -- How many messages were withdrawn and made again.
    round       INTEGER NOT NULL CHECK (round BETWEEN 0 AND 2147483647),
    -- What all spellings of the number have in common that its message goes to.
    number_key  TEXT,
    since       INTEGER NOT NULL CHECK (abs(since) < 300000000000000000),
    -- Whether managers were told that it waits for their approval.
    told        INTEGER NOT NULL CHECK (told IN (0, 1)),
    -- Every change raises it by one.
    revision    INTEGER NOT NULL CHECK (revision BETWEEN 0 AND 2147483647),
    PRIMARY KEY (invoice_id, step),
    CHECK (state NOT IN ('queued', 'sent') OR message_id IS NOT NULL),
    CHECK (state = 'queued' OR planned_for IS NULL),
    CHECK (state = 'held' OR told = 0)
) STRICT, WITHOUT ROWID;

-- The order of what is due, of the two states that may still become a message. The day stands last, so that
-- what is not due yet is passed over within the index.
CREATE INDEX idx_whatsapp_steps_planned ON whatsapp_reminder_steps (own_day, invoice_id, step, day)
    WHERE state = 'planned';
-- Those of a customer.
CREATE INDEX idx_whatsapp_steps_due ON whatsapp_reminder_steps (customer_id, own_day, invoice_id, step, day)
    WHERE state = 'planned';
CREATE INDEX idx_whatsapp_steps_held ON whatsapp_reminder_steps (own_day, invoice_id, step, day)
    WHERE state = 'held';
-- What else is still to come for a customer.
CREATE INDEX idx_whatsapp_steps_open ON whatsapp_reminder_steps (customer_id, own_day, invoice_id, step)
    WHERE state IN ('held', 'queued');
CREATE INDEX idx_whatsapp_steps_queued ON whatsapp_reminder_steps (invoice_id, step, message_id)
    WHERE state = 'queued';
CREATE INDEX idx_whatsapp_steps_message ON whatsapp_reminder_steps (message_id, invoice_id, step)
    WHERE message_id IS NOT NULL;
-- Whom a step reminded, or is about to, and when. The state stands in them so that they answer alone.
CREATE INDEX idx_whatsapp_steps_customer ON whatsapp_reminder_steps (customer_id, day, state)
    WHERE state IN ('queued', 'sent');
CREATE INDEX idx_whatsapp_steps_number ON whatsapp_reminder_steps (number_key, day, message_id, state)
    WHERE state IN ('queued', 'sent');

-- Whom nothing is sent to, or about what: asked before every POST. A mute that ended stays, and holds no
-- more.
CREATE TABLE whatsapp_mutes (
    id            TEXT PRIMARY KEY NOT NULL CHECK (
        id GLOB '????????-????-????-????-????????????' AND NOT id GLOB '*[^0-9a-f-]*'
    ),
    target        TEXT NOT NULL CHECK (target IN ('customer', 'number', 'invoice')),
    -- The customer's or the invoice's id, or what all spellings of the number have in common.
    target_id     TEXT NOT NULL CHECK (target_id <> ''),
    category      TEXT NOT NULL CHECK (category IN ('reminders', 'greetings', 'all')),
    actor         TEXT NOT NULL CHECK (actor IN ('person', 'host', 'outside')),
    user_id       TEXT,
    at            INTEGER NOT NULL CHECK (abs(at) < 300000000000000000),
    ended_at      INTEGER CHECK (abs(ended_at) < 300000000000000000),
    ended_actor   TEXT CHECK (ended_actor IN ('person', 'host', 'outside')),
    ended_user_id TEXT,
    CHECK ((actor = 'person') = (user_id IS NOT NULL)),
    CHECK ((ended_at IS NULL) = (ended_actor IS NULL)),
    CHECK (coalesce(ended_actor = 'person', 0) = (ended_user_id IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX idx_whatsapp_mutes_held ON whatsapp_mutes (target, target_id, category)
    WHERE ended_at IS NULL;
CREATE INDEX idx_whatsapp_mutes_at ON whatsapp_mutes (at, id);

-- Campaigns: greetings and announcements to many customers on one day.
CREATE TABLE whatsapp_campaigns (
    id               TEXT PRIMARY KEY NOT NULL CHECK (
        id GLOB '????????-????-????-????-????????????' AND NOT id GLOB '*[^0-9a-f-]*'
    ),
    name             TEXT NOT NULL CHECK (name <> ''),
    kind             TEXT NOT NULL CHECK (kind IN ('festival', 'announcement')),
    -- Its day and hour, by the clocks of the business.
    date             TEXT NOT NULL CHECK (date IS date(date) AND date >= '0001-01-01'),
    time             TEXT NOT NULL,
    -- What a person wrote: the text of a greeting, or the news of an announcement.
    words            TEXT NOT NULL,
    template_id      TEXT,
    -- The customers by their ids, as a JSON array; NULL for everybody.
    audience         TEXT CHECK (json_valid(audience)),
    -- Whether the date depends on the moon, and the day on which it was confirmed.
    estimated        INTEGER NOT NULL CHECK (estimated IN (0, 1)),
    confirmed_on     TEXT CHECK (confirmed_on IS date(confirmed_on) AND confirmed_on >= '0001-01-01'),
    -- The date that a person entered: a confirmation moves the other one.
    entered          TEXT NOT NULL CHECK (entered IS date(entered) AND entered >= '0001-01-01'),
    -- The text that its messages are made from, and the template that it was, since it was armed.
    frozen_text      TEXT,
    frozen_template  TEXT,
    frozen_version   INTEGER CHECK (frozen_version BETWEEN 0 AND 2147483647),
    state            TEXT NOT NULL CHECK (state IN (
        'draft', 'armed', 'running', 'paused', 'finished', 'cancelled'
    )),
    since            INTEGER NOT NULL CHECK (abs(since) < 300000000000000000),
    sentence         TEXT,
    -- What managers were told of it by itself.
    told             TEXT NOT NULL CHECK (told IN ('nothing', 'eve', 'hour', 'end')),
    -- How often recipients were collected: what one collecting has written, the next takes away.
    collected        INTEGER NOT NULL CHECK (collected BETWEEN 0 AND 2147483647),
    -- Every change raises it by one.
    revision         INTEGER NOT NULL CHECK (revision BETWEEN 0 AND 2147483647),
    CHECK ((frozen_template IS NULL) = (frozen_version IS NULL)),
    CHECK (frozen_template IS NULL OR frozen_text IS NOT NULL),
    CHECK (state IN ('draft', 'cancelled') OR frozen_text IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_whatsapp_campaigns_date ON whatsapp_campaigns (date, id);
CREATE INDEX idx_whatsapp_campaigns_open ON whatsapp_campaigns (date, id)
    WHERE state IN ('armed', 'running', 'paused');
-- Those that have ended, until all is told of them.
CREATE INDEX idx_whatsapp_campaigns_ending ON whatsapp_campaigns (date, id)
    WHERE state IN ('finished', 'cancelled') AND told <> 'end';

-- The numbers that a campaign writes to: frozen when it is armed, one message a number.
CREATE TABLE whatsapp_campaign_recipients (
    campaign_id TEXT NOT NULL,
    -- Its digits, in one spelling of all that the number has.
    number      TEXT NOT NULL,
    -- What it has in common with numbers that may be the same: by it a day's messages are counted.
    number_key  TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('waiting', 'queued', 'sent', 'failed', 'left_out')),
    sentence    TEXT,
    -- Its message; one that was given back keeps the last one, which was withdrawn.
    message_id  TEXT,
    -- How many messages were withdrawn and given back.
    round       INTEGER NOT NULL CHECK (round BETWEEN 0 AND 2147483647),
    -- When its message goes out.
    slot        INTEGER CHECK (abs(slot) < 300000000000000000),
    since       INTEGER NOT NULL CHECK (abs(since) < 300000000000000000),
    -- Every change raises it by one.
    revision    INTEGER NOT NULL CHECK (revision BETWEEN 0 AND 2147483647),
    PRIMARY KEY (campaign_id, number),
    CHECK (state NOT IN ('queued', 'sent') OR message_id IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_whatsapp_recipients_state ON whatsapp_campaign_recipients (campaign_id, state, number);
CREATE INDEX idx_whatsapp_recipients_queued
    ON whatsapp_campaign_recipients (campaign_id, number, message_id) WHERE state = 'queued';
CREATE INDEX idx_whatsapp_recipients_message ON whatsapp_campaign_recipients (message_id)
    WHERE message_id IS NOT NULL;
-- Which numbers were greeted, or are about to be.
CREATE INDEX idx_whatsapp_recipients_number ON whatsapp_campaign_recipients (number_key, campaign_id)
    WHERE state IN ('queued', 'sent');
CREATE INDEX idx_whatsapp_recipients_slot ON whatsapp_campaign_recipients (slot) WHERE slot IS NOT NULL;

-- One row: how often slots were given to messages of campaigns, over all of them. Whoever gives some has
-- seen all others.
CREATE TABLE whatsapp_campaign_slots (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL CHECK (revision BETWEEN 0 AND 2147483647),
    -- When a feeder last said that it runs.
    fed_at   INTEGER CHECK (abs(fed_at) < 300000000000000000)
) STRICT;
INSERT INTO whatsapp_campaign_slots (id, revision) VALUES (1, 0);

-- How many messages of each day came to what: a roll-up of the log, which is what counts. A day is its by
-- the clocks of the business.
CREATE TABLE whatsapp_daily (
    day          TEXT NOT NULL CHECK (day IS date(day) AND day >= '0001-01-01'),
    message_type TEXT NOT NULL,
    trigger_type TEXT NOT NULL CHECK (trigger_type IN ('auto', 'scheduled', 'manual')),
    outcome      TEXT NOT NULL CHECK (outcome IN (
        'waiting', 'retrying', 'accepted', 'delivered', 'read', 'undelivered', 'failed', 'cancelled'
    )),
    number       INTEGER NOT NULL CHECK (number > 0),
    -- To how many of them something is owed: what they came to changes still.
    open         INTEGER NOT NULL CHECK (open BETWEEN 0 AND number),
    -- The first instant of the day, by the zone in which it was counted.
    since        INTEGER NOT NULL CHECK (abs(since) < 300000000000000000),
    PRIMARY KEY (day, message_type, trigger_type, outcome)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_whatsapp_daily_open ON whatsapp_daily (day) WHERE open > 0;

-- Acts of people on many messages at once.
CREATE TABLE whatsapp_bulk (
    id          TEXT PRIMARY KEY NOT NULL CHECK (
        id GLOB '????????-????-????-????-????????????' AND NOT id GLOB '*[^0-9a-f-]*'
    ),
    act         TEXT NOT NULL CHECK (act IN ('retry', 'resend', 'cancel')),
    -- Who counted it, and since it was confirmed who confirmed it.
    actor       TEXT NOT NULL CHECK (actor IN ('person', 'host')),
    user_id     TEXT,
    at          INTEGER NOT NULL CHECK (abs(at) < 300000000000000000),
    state       TEXT NOT NULL CHECK (state IN ('counted', 'running', 'stopped', 'done')),
    -- Whether more messages fitted than were taken.
    more        INTEGER NOT NULL CHECK (more IN (0, 1)),
    -- What whoever confirmed it agreed to: customers did not get what may have arrived, and messages go out
    -- outside the hours.
    arrived     INTEGER NOT NULL CHECK (arrived IN (0, 1)),
    hours       INTEGER NOT NULL CHECK (hours IN (0, 1)),
    changed_at  INTEGER NOT NULL CHECK (abs(changed_at) < 300000000000000000),
    lease_token TEXT,
    lease_until INTEGER CHECK (abs(lease_until) < 300000000000000000),
    CHECK ((actor = 'person') = (user_id IS NOT NULL)),
    CHECK ((lease_token IS NULL) = (lease_until IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_whatsapp_bulk_state ON whatsapp_bulk (state, changed_at, id);

-- The messages of each, as they stood when they were counted, and what came of each.
CREATE TABLE whatsapp_bulk_items (
    bulk_id    TEXT NOT NULL,
    no         INTEGER NOT NULL CHECK (no BETWEEN 0 AND 2147483647),
    message_id TEXT NOT NULL,
    seen       INTEGER NOT NULL CHECK (abs(seen) < 300000000000000000),
    -- The id of the entry that the act leaves in the audit: it is done once.
    entry      TEXT NOT NULL,
    -- What a person has to agree to first.
    arrived    INTEGER NOT NULL CHECK (arrived IN (0, 1)),
    hours      INTEGER NOT NULL CHECK (hours IN (0, 1)),
    outcome    TEXT CHECK (outcome IN ('done', 'left_out', 'failed')),
    sentence   TEXT,
    -- The message that was made.
    fresh      TEXT,
    PRIMARY KEY (bulk_id, no)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_whatsapp_bulk_items_open ON whatsapp_bulk_items (bulk_id, no) WHERE outcome IS NULL;

-- The audit: what people and the host's own code did, each entry written in the act's transaction.
CREATE TABLE whatsapp_audit (
    id        TEXT PRIMARY KEY NOT NULL CHECK (
        id GLOB '????????-????-????-????-????????????' AND NOT id GLOB '*[^0-9a-f-]*'
    ),
    at        INTEGER NOT NULL CHECK (abs(at) < 300000000000000000),
    actor     TEXT NOT NULL CHECK (actor IN ('person', 'host', 'outside')),
    user_id   TEXT,
    act       TEXT NOT NULL CHECK (act IN (
        'setting_saved', 'template_saved', 'template_rolled_back', 'template_switched', 'changed_outside',
        'message_sent', 'message_retried', 'message_cancelled', 'message_resent', 'message_rescheduled', 'message_put_aside',
        'message_taken_up', 'account_paused', 'account_resumed',
        'reminder_approved', 'reminder_dropped', 'reminder_skipped', 'reminder_held', 'reminded_now',
        'muted', 'unmuted', 'campaign_saved', 'campaign_armed', 'campaign_tried', 'campaign_paused',
        'campaign_resumed', 'campaign_cancelled', 'campaign_confirmed', 'exported', 'bulk_confirmed',
        'bulk_stopped'
    )),
    target    TEXT NOT NULL CHECK (target IN (
        'setting', 'template', 'message', 'account', 'reminder', 'mute', 'campaign', 'log', 'bulk',
        'audit'
    )),
    target_id TEXT NOT NULL,
    -- Before and after, as JSON: never a key, a number or a text.
    change    TEXT NOT NULL CHECK (json_valid(change)),
    CHECK ((actor = 'person') = (user_id IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_whatsapp_audit_at ON whatsapp_audit (at, id);
CREATE INDEX idx_whatsapp_audit_target ON whatsapp_audit (target, target_id, at, id);

-- Nothing is changed or taken away afterwards, not even by the owner's own code.
CREATE TRIGGER whatsapp_audit_replaced BEFORE INSERT ON whatsapp_audit
WHEN EXISTS (SELECT 1 FROM whatsapp_audit WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'whatsapp_audit has this entry already');
END;
CREATE TRIGGER whatsapp_audit_changed BEFORE UPDATE ON whatsapp_audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is not changed');
END;
CREATE TRIGGER whatsapp_audit_deleted BEFORE DELETE ON whatsapp_audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is not changed');
END;

-- 4.3. The host may have this table already, with columns of its own.
CREATE TABLE IF NOT EXISTS invoice_configurations (
    config_key   TEXT PRIMARY KEY NOT NULL,
    config_value TEXT NOT NULL,
    config_type  TEXT NOT NULL,
    description  TEXT
) STRICT;

-- The key stays empty: it comes from an `ApiKeySource`. The e-mail address stays empty too: notices wait
-- until a manager says where they go.
INSERT INTO invoice_configurations (config_key, config_value, config_type, description) VALUES
    ('whatsapp_enabled', 'true', 'boolean', 'Enable WhatsApp messaging'),
    ('whatsapp_stock_delivered_enabled', 'true', 'boolean', 'Enable stock delivered notifications'),
    ('whatsapp_invoice_enabled', 'true', 'boolean', 'Enable invoice messages'),
    ('whatsapp_payment_reminder_enabled', 'true', 'boolean', 'Enable payment reminders'),
    ('whatsapp_festival_enabled', 'true', 'boolean', 'Enable festival messages'),
    ('whatsapp_announcement_enabled', 'false', 'boolean', 'Enable announcements'),
    ('whatsapp_trial', 'false', 'boolean', 'Try messages out: only the numbers of the trial get any'),
    ('whatsapp_trial_numbers', '', 'string', 'Numbers that get messages while the trial is on'),
    ('whatsapp_api_key', '', 'string', '360Messenger API Key'),
    ('whatsapp_api_url', 'https://api.360messenger.com', 'string', '360Messenger API Base URL'),
    ('whatsapp_retry_max', '3', 'number', 'Maximum retry attempts'),
    ('whatsapp_retry_interval_minutes', '30', 'number', 'Retry interval in minutes'),
    ('whatsapp_failure_notification_email', '', 'string', 'Email for failure notifications'),
    ('whatsapp_payment_reminder_days', '3,7', 'string', 'Days after invoice for payment reminders (comma-separated)'),
    ('whatsapp_payment_reminder_from', 'invoice_date', 'string', 'The date that the days of payment reminders are counted from: invoice_date or due_date'),
    ('whatsapp_reminder_gap_days', '2', 'number', 'Least days from one day on which a customer is reminded to the next'),
    ('whatsapp_reminders_per_day', '2', 'number', 'Most reminders and greetings that one number gets on one day'),
    ('whatsapp_bulk_per_hour', '60', 'number', 'Most greetings and announcements of campaigns within any hour'),
    ('whatsapp_bulk_per_day', '400', 'number', 'Most greetings and announcements of campaigns on one day'),
    ('whatsapp_bulk_gap_least', '20', 'number', 'Least time from one message of a campaign to the next'),
    (
        'whatsapp_bulk_gap_most', '100', 'number',
        'Most time from one message of a campaign to the next, each time another one at random'
    ),
    ('whatsapp_reminder_summary', 'false', 'boolean', 'Send each customer one message a day that lists all due invoices, instead of one for each'),
    ('whatsapp_reminder_minimum', '', 'string', 'Least open amount that reminders are sent for, per currency'),
    ('whatsapp_payments_fresh_days', '0', 'number', 'Days after which reminders wait for newer payments; 0 for never'),
    ('whatsapp_requests_per_second', '4', 'number', 'Most requests to the gateway in one second'),
    ('whatsapp_on_unknown', 'resend', 'string', 'After an unknown outcome: resend or hold'),
    (
        'whatsapp_attachment_link_hours', '24', 'number',
        'Hours for which the link to an attached file works after the message is sent'
    ),
    (
        'whatsapp_attachment_pass_on_links', 'false', 'boolean',
        'Pass public links to files on as they are instead of keeping a copy'
    ),
    (
        'whatsapp_undelivered_alert', '5', 'number',
        'Messages in a row, accepted and not delivered within 30 minutes, that are told; 0 for never'
    ),
    ('whatsapp_time_zone', 'Asia/Kolkata', 'string', 'Time zone of the business'),
    ('whatsapp_locale', 'en-IN', 'string', 'How amounts and dates are written'),
    (
        'whatsapp_send_days', 'mon-sat', 'string',
        'Days of the week on which the hours begin in which customers may be written to; greetings on any day'
    ),
    (
        'whatsapp_send_from', '09:00', 'string',
        'Beginning of the hours in which customers may be written to, in the time zone of the business'
    ),
    (
        'whatsapp_send_until', '20:00', 'string',
        'End of the hours in which customers may be written to, on the next day where it is before their beginning'
    ),
    (
        'whatsapp_closed_dates', '', 'string',
        'Dates on which the business is closed: what keeps to hours waits, but for greetings'
    ),
    (
        'whatsapp_send_window_types', '', 'string',
        'Message types that keep to the hours in which customers may be written to, beside reminders, greetings and announcements, or not'
    )
ON CONFLICT (config_key) DO NOTHING;
