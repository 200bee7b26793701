-- The specification's tables (4.1 to 4.3) with the columns that the library adds, the ledger of attempts,
-- the outbox, the notices and the account.
--
-- Nothing refers to the host's tables (`customers`, `auth.users`), because a host may not have them. The
-- set `references` adds that. Ids that the host gives are UUIDs where they can be. A customer or a user
-- whose id is other text has a UUID that is made from it, and the text in the column `…_key` beside it.
--
-- Instants lie in the years 1 to 10000: `infinity`, and years that no program knows, are refused here, so that
-- whatever is written can be read.
--
-- Words are held against one array (`= ANY ('{a, b}')`) and not against a list (`IN ('a', 'b')`): Postgres reads
-- the CHECKs of a table anew for each statement that writes to it, and a list is read value by value. A message
-- that is enqueued by itself pays for that more than for its row.

-- 4.2
CREATE TABLE whatsapp_templates (
    id               UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    template_name    VARCHAR(100) NOT NULL UNIQUE,
    -- The name of a type, which the program may or may not know.
    message_type     VARCHAR(50) NOT NULL CHECK (message_type ~ '^[a-z][a-z0-9_]*$'),
    template_content TEXT NOT NULL,
    -- Their names.
    placeholders     TEXT[] NOT NULL DEFAULT '{}',
    is_active        BOOLEAN NOT NULL DEFAULT TRUE,
    -- Every change raises it by one.
    version          INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    created_at       TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at       TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by       UUID,
    created_by_key   TEXT,
    CONSTRAINT whatsapp_templates_instants CHECK (
        least(created_at, updated_at) >= '0001-01-01 00:00:00Z'
        AND greatest(created_at, updated_at) < '10001-01-01 00:00:00Z'
    )
);

CREATE INDEX idx_whatsapp_templates_type ON whatsapp_templates (message_type, template_name);
-- The default template of a type is the active one that changed last.
CREATE INDEX idx_whatsapp_templates_active
    ON whatsapp_templates (is_active, message_type, updated_at, id);

-- Every text that a template ever had. Rows are added and never changed: no reference takes them away with
-- their template, for messages go on to name them.
CREATE TABLE whatsapp_template_versions (
    template_id      UUID NOT NULL,
    version          INTEGER NOT NULL CHECK (version >= 1),
    template_name    VARCHAR(100) NOT NULL,
    message_type     VARCHAR(50) NOT NULL,
    template_content TEXT NOT NULL,
    is_active        BOOLEAN NOT NULL,
    -- Who saved it, and when; `outside` where something else than the library wrote it.
    at               TIMESTAMPTZ NOT NULL,
    actor            TEXT NOT NULL CHECK (actor = ANY ('{person, host, outside}')),
    user_id          TEXT,
    note             VARCHAR(200),
    PRIMARY KEY (template_id, version),
    CHECK ((actor = 'person') = (user_id IS NOT NULL)),
    CONSTRAINT whatsapp_template_versions_instants CHECK (
        at >= '0001-01-01 00:00:00Z' AND at < '10001-01-01 00:00:00Z'
    )
);

-- 4.1
CREATE TABLE whatsapp_message_logs (
    id                UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_id       UUID NOT NULL,
    customer_key      TEXT,
    customer_name     VARCHAR(255) NOT NULL,
    whatsapp_number   VARCHAR(20) NOT NULL,
    -- The name of a type, which the program may or may not know.
    message_type      VARCHAR(50) NOT NULL CHECK (message_type ~ '^[a-z][a-z0-9_]*$'),
    trigger_type      VARCHAR(20) NOT NULL CHECK (trigger_type = ANY ('{auto, scheduled, manual}')),
    status            VARCHAR(20) NOT NULL
        CHECK (status = ANY ('{pending, sent, failed, cancelled}')),
    retry_count       INTEGER NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
    max_retries       INTEGER NOT NULL DEFAULT 3 CHECK (max_retries >= 0),
    message_content   TEXT NOT NULL,
    -- No reference: a message outlives the template that it was made from.
    template_id       UUID,
    attachment_url    TEXT,
    attachment_type   VARCHAR(50) CHECK (attachment_type = ANY ('{pdf, jpg, png}')),
    failure_reason    TEXT,
    api_response      JSONB,
    scheduled_for     TIMESTAMPTZ,
    sent_at           TIMESTAMPTZ,
    created_at        TIMESTAMPTZ NOT NULL DEFAULT now(),
    -- Grows with every change of the row: it tells whether the row is still as it was seen.
    updated_at        TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by        UUID,
    created_by_key    TEXT,

    -- What the library adds to the specification's columns.
    -- In the order of its bytes, in which what begins alike stands together.
    message_key       TEXT COLLATE "C" NOT NULL UNIQUE,
    -- The SHA-256 of what the message says.
    fingerprint       BYTEA NOT NULL,
    -- The invoice, order or entry as people know it.
    subject           TEXT,
    -- The values of the placeholders as they stand in the text: a JSON object of strings. NULL for a
    -- text that a person wrote.
    placeholder_values JSON,
    -- The version of the template `template_id`.
    template_version  INTEGER CHECK (template_version >= 1),
    invoice_id        TEXT,
    expires_at        TIMESTAMPTZ,
    warning           TEXT,
    resend_of         UUID,
    attachment_name   TEXT,
    attachment_size   BIGINT CHECK (attachment_size >= 0),
    attachment_sha256 TEXT,
    -- When the link to a hosted file ends.
    attachment_until  TIMESTAMPTZ,
    -- The part of the message that is sent now, or was sent last: a text that is too long for a
    -- caption follows its file.
    part              TEXT NOT NULL CHECK (part = ANY ('{whole, file, text}')),
    next_attempt_at   TIMESTAMPTZ,
    delivery          TEXT CHECK (delivery = ANY ('{accepted, delivered, read, undelivered}')),
    gateway_id        TEXT,
    failure_kind      TEXT CHECK (failure_kind = ANY ('{
        rejected, exhausted, invalid, unknown_outcome, undelivered, poison
    }')),
    -- Whose trouble the failure was.
    failure_cause     TEXT CHECK (failure_cause = ANY ('{
        message, recipient, account, address, between, gateway, host
    }')),
    cancel_reason     TEXT CHECK (cancel_reason = ANY ('{
        paid, switched_off, expired, manager, opted_out, muted, void, below_minimum,
        campaign, superseded
    }')),
    -- Why a message that was due waits, and the sentence about it; a message that was withdrawn may have
    -- the sentence alone.
    held_for          TEXT CHECK (held_for = ANY ('{
        disputed, promised, credit, stale_payments, records, hours, trial
    }')),
    explanation       TEXT,
    CHECK (held_for IS NULL OR explanation IS NOT NULL),
    -- The order of pages of what failed or was cancelled. NULL before a message is sent and after, so
    -- that sending it changes no index over this column.
    unsent            TEXT GENERATED ALWAYS AS (
        CASE WHEN status = ANY ('{failed, cancelled}') THEN status END
    ) STORED,
    CHECK ((failure_kind IS NULL) = (failure_reason IS NULL)),
    CHECK ((failure_kind IS NULL) = (failure_cause IS NULL)),
    CHECK ((attachment_url IS NULL) = (attachment_type IS NULL)),
    CHECK ((attachment_url IS NULL) = (attachment_name IS NULL)),
    CONSTRAINT whatsapp_message_logs_instants CHECK (
        least(
            scheduled_for, sent_at, created_at, updated_at, expires_at, attachment_until, next_attempt_at
        ) >= '0001-01-01 00:00:00Z'
        AND greatest(
            scheduled_for, sent_at, created_at, updated_at, expires_at, attachment_until, next_attempt_at
        ) < '10001-01-01 00:00:00Z'
    )
);

-- Sending a message changes no index of the log but the specification's index on `status`, and none at
-- all where the set `without_status_index` drops that one: Postgres writes a row's new version into every
-- index as soon as one indexed column changes. So no other index may contain a column that a send changes.
-- Work that is owed is never looked for here: the outbox is for that.
CREATE INDEX idx_whatsapp_logs_customer ON whatsapp_message_logs (customer_id, created_at, id);
-- As the specification has it, for the host's own reports.
CREATE INDEX idx_whatsapp_logs_status ON whatsapp_message_logs (status);
-- The order of pages: of all messages, and of those of one type. Each page is merged from the ranges of
-- the three triggers, whatever number of types there is.
CREATE INDEX idx_whatsapp_logs_trigger ON whatsapp_message_logs (trigger_type, created_at, id);
CREATE INDEX idx_whatsapp_logs_type
    ON whatsapp_message_logs (message_type, trigger_type, created_at, id);
CREATE INDEX idx_whatsapp_logs_unsent
    ON whatsapp_message_logs (unsent, trigger_type, created_at, id)
    WHERE unsent IS NOT NULL;
CREATE INDEX idx_whatsapp_logs_unsent_type
    ON whatsapp_message_logs (unsent, message_type, trigger_type, created_at, id)
    WHERE unsent IS NOT NULL;
CREATE INDEX idx_whatsapp_logs_scheduled ON whatsapp_message_logs (scheduled_for)
    WHERE scheduled_for IS NOT NULL;
-- Counts the messages that will be retried without reading the log.
CREATE INDEX idx_whatsapp_logs_retrying ON whatsapp_message_logs (next_attempt_at)
    WHERE next_attempt_at IS NOT NULL;
-- The order of pages of what waits for the books or for business hours. It is written when a message begins
-- to wait and when that ends, and never by a send that had nothing to wait for.
CREATE INDEX idx_whatsapp_logs_held ON whatsapp_message_logs (held_for, trigger_type, created_at, id)
    WHERE held_for IS NOT NULL;
-- Tells whether a message was sent again: a resend asks before it sends, and a message that was sent again
-- is not reported as failed any more.
CREATE INDEX idx_whatsapp_logs_resent ON whatsapp_message_logs (resend_of)
    WHERE resend_of IS NOT NULL;

-- Finds messages by what they are about, as people know it: by the whole of it or by its beginning.
CREATE INDEX idx_whatsapp_logs_subject ON whatsapp_message_logs (subject text_pattern_ops, created_at, id)
    WHERE subject IS NOT NULL;

-- The ledger is two tables, and the view behind them shows both as one. An attempt is written down twice:
-- before its POST, and when its outcome is known. No row changes then, and so no index is written anew.
--
-- What became of the attempts. One without a row here is open.
CREATE TABLE whatsapp_attempts_ended (
    message_id    UUID NOT NULL,
    no            INTEGER NOT NULL,
    -- As in the attempt's other row: to whom the gateway's id belongs.
    account_id    SMALLINT NOT NULL,
    gateway_host  TEXT,
    finished_at   TIMESTAMPTZ NOT NULL,
    outcome       TEXT NOT NULL CHECK (outcome = ANY ('{
        accepted, rejected, not_sent, account_refused, unclear_refusal, not_accepted,
        unknown_held
    }')),
    http_status   INTEGER CHECK (http_status BETWEEN 0 AND 65535),
    detail        TEXT,
    gateway_id    TEXT,
    PRIMARY KEY (message_id, no),
    CONSTRAINT whatsapp_attempts_ended_instants CHECK (
        finished_at >= '0001-01-01 00:00:00Z' AND finished_at < '10001-01-01 00:00:00Z'
    )
);

-- The database itself forbids one gateway id for two attempts of an account at one gateway.
CREATE UNIQUE INDEX idx_whatsapp_attempts_gateway
    ON whatsapp_attempts_ended (gateway_id, account_id, coalesce(gateway_host, ''))
    WHERE gateway_id IS NOT NULL;

-- The attempts: one row for each POST, committed before it.
CREATE TABLE whatsapp_attempts_begun (
    message_id    UUID NOT NULL,
    no            INTEGER NOT NULL CHECK (no >= 1),
    account_id    SMALLINT NOT NULL,
    part          TEXT NOT NULL CHECK (part = ANY ('{whole, file, text}')),
    -- What all spellings of the message's number have in common: when an outcome is unknown, the attempts
    -- to that telephone are looked for.
    number_key    VARCHAR(20) NOT NULL,
    -- The number that it went to, and the SHA-256 of the text that it sent as looks compare texts (of the
    -- file's name, where that goes ahead of its text): the message may change afterwards.
    whatsapp_number VARCHAR(20) NOT NULL,
    text_sha256   BYTEA NOT NULL,
    -- The gateway that it went to and a mark of the API key that it was made with: 32 bits of an HMAC.
    -- NULL for a gateway that has only one way.
    gateway_host  TEXT,
    key_mark      TEXT,
    started_at    TIMESTAMPTZ NOT NULL,
    -- Of a reply that left the outcome unknown: when it came, and what it said.
    unclear_at    TIMESTAMPTZ,
    http_status   INTEGER CHECK (http_status BETWEEN 0 AND 65535),
    detail        TEXT,
    -- The evidence that the gateway fetched the file.
    fetched_at    TIMESTAMPTZ,
    fetched_bytes BIGINT CHECK (fetched_bytes >= 0),
    PRIMARY KEY (message_id, no),
    CHECK ((gateway_host IS NULL) = (key_mark IS NULL)),
    CONSTRAINT whatsapp_attempts_begun_instants CHECK (
        least(started_at, unclear_at, fetched_at) >= '0001-01-01 00:00:00Z'
        AND greatest(started_at, unclear_at, fetched_at) < '10001-01-01 00:00:00Z'
    )
);

-- The database itself forbids a second open attempt of a message: none begins before the one before it has
-- its outcome. A foreign key would say the same, and would ask at every first attempt too, which most are.
CREATE FUNCTION whatsapp_one_open_attempt() RETURNS TRIGGER LANGUAGE plpgsql SET search_path = ''
AS $$
    DECLARE
        before_has_ended BOOLEAN;
    BEGIN
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM %I.whatsapp_attempts_ended WHERE message_id = $1 AND no = $2)',
            TG_TABLE_SCHEMA
        ) INTO before_has_ended USING NEW.message_id, NEW.no - 1;
        IF NOT before_has_ended THEN
            RAISE EXCEPTION 'the attempt before this one has no outcome'
                USING ERRCODE = 'unique_violation', TABLE = TG_TABLE_NAME;
        END IF;
        RETURN NEW;
    END
$$;

CREATE TRIGGER whatsapp_attempts_one_open BEFORE INSERT OR UPDATE OF message_id, no
    ON whatsapp_attempts_begun
    FOR EACH ROW WHEN (NEW.no > 1) EXECUTE FUNCTION whatsapp_one_open_attempt();

-- Attempts are looked for by day and number: a day's entries stand side by side, however many numbers and
-- days there are.
CREATE INDEX idx_whatsapp_attempts_day ON whatsapp_attempts_begun (
    ((started_at AT TIME ZONE 'UTC')::DATE), number_key, started_at
);

-- The ledger as it is read. It shows to each what the tables show to them.
CREATE VIEW whatsapp_message_attempts WITH (security_invoker = true) AS
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

-- What is owed: narrow rows, only for messages that still need work. Half of each page stays free: a claim
-- and a begin change no indexed column, so they find room for the row's new version on the same page and
-- touch no index.
CREATE TABLE whatsapp_outbox (
    message_id        UUID PRIMARY KEY,
    account_id        SMALLINT NOT NULL,
    step              TEXT NOT NULL CHECK (step = ANY ('{send, look, watch}')),
    class             TEXT NOT NULL
        CHECK (class = ANY ('{transactional, reminder, greeting, bulk}')),
    -- The queue that the message waits in: that of its class, or that of what is only watched.
    lane              TEXT NOT NULL
        GENERATED ALWAYS AS (CASE step WHEN 'watch' THEN 'watch' ELSE class END) STORED,
    due_at            TIMESTAMPTZ NOT NULL,
    -- The message's own: the order of pages of what is pending.
    created_at        TIMESTAMPTZ NOT NULL,
    -- Who works on the message, and until when: by the wall clock, and by elapsed time, which no correction
    -- of a clock moves. A base says what elapsed time is counted from; the value is in microseconds.
    lease_token       UUID,
    lease_until       TIMESTAMPTZ,
    lease_base        BIGINT,
    -- A claim takes ten minutes off the end.
    lease_ends        BIGINT CHECK (lease_ends > -9000000000000000000),
    -- The start of the open attempt, by the wall clock and by elapsed time. An attempt without a base has
    -- none in common with anybody.
    open_since        TIMESTAMPTZ,
    open_base         BIGINT,
    open_elapsed      BIGINT,
    -- When the next look is due, by elapsed time.
    look_base         BIGINT,
    look_elapsed      BIGINT,
    -- Leases that ran out since the last settlement.
    expired_leases             INTEGER NOT NULL DEFAULT 0 CHECK (expired_leases >= 0),
    posts             INTEGER NOT NULL CHECK (posts >= 0),
    -- Attempts that do not count towards the retry limit: those refused because of the account, and, once
    -- the text is being sent, every attempt that was made for its file.
    free_posts        INTEGER NOT NULL CHECK (free_posts BETWEEN 0 AND posts),
    looks             INTEGER NOT NULL CHECK (looks >= 0),
    looks_unavailable INTEGER NOT NULL CHECK (looks_unavailable BETWEEN 0 AND looks),
    CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
    CONSTRAINT whatsapp_outbox_instants CHECK (
        least(due_at, created_at, lease_until, open_since) >= '0001-01-01 00:00:00Z'
        AND greatest(due_at, created_at, lease_until, open_since) < '10001-01-01 00:00:00Z'
    )
) WITH (fillfactor = 50);

-- Serves every claim in its order: of an account and a lane the longest due first, then by id.
CREATE INDEX idx_whatsapp_outbox_due ON whatsapp_outbox (account_id, lane, due_at, message_id);
-- The same of what is to be looked up: a send is never in it.
CREATE INDEX idx_whatsapp_outbox_looks ON whatsapp_outbox (account_id, lane, due_at, message_id)
    WHERE step = 'look';
CREATE INDEX idx_whatsapp_outbox_created ON whatsapp_outbox (created_at, message_id)
    WHERE lane <> 'watch';

-- One row for each e-mail about failures.
CREATE TABLE whatsapp_digests (
    id          UUID PRIMARY KEY,
    created_at  TIMESTAMPTZ NOT NULL,
    sent_at     TIMESTAMPTZ,
    -- Who has a digest that the mail server took for some recipients and refused for others, one e-mail
    -- address a line, and when it is tried again for the others.
    told        TEXT,
    again_at    TIMESTAMPTZ,
    lease_token UUID,
    lease_until TIMESTAMPTZ,
    CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
    CONSTRAINT whatsapp_digests_instants CHECK (
        least(created_at, sent_at, again_at, lease_until) >= '0001-01-01 00:00:00Z'
        AND greatest(created_at, sent_at, again_at, lease_until) < '10001-01-01 00:00:00Z'
    )
);

CREATE INDEX idx_whatsapp_digests_created ON whatsapp_digests (created_at, id);
CREATE INDEX idx_whatsapp_digests_unsent ON whatsapp_digests (created_at, id) WHERE sent_at IS NULL;

-- One row for each message that failed for good. It says itself why the message failed: a manager may retry
-- the message, and then the message's own row says something else.
CREATE TABLE whatsapp_notices (
    message_id     UUID PRIMARY KEY REFERENCES whatsapp_message_logs (id) ON DELETE CASCADE,
    created_at     TIMESTAMPTZ NOT NULL,
    failure_kind   TEXT NOT NULL CHECK (failure_kind = ANY ('{
        rejected, exhausted, invalid, unknown_outcome, undelivered, poison
    }')),
    failure_cause  TEXT NOT NULL CHECK (failure_cause = ANY ('{
        message, recipient, account, address, between, gateway, host
    }')),
    failure_reason TEXT NOT NULL,
    retry_count    INTEGER NOT NULL CHECK (retry_count >= 0),
    digest_id      UUID REFERENCES whatsapp_digests (id),
    CONSTRAINT whatsapp_notices_instants CHECK (
        created_at >= '0001-01-01 00:00:00Z' AND created_at < '10001-01-01 00:00:00Z'
    )
);

CREATE INDEX idx_whatsapp_notices_digest ON whatsapp_notices (digest_id, created_at);

-- Failed messages that a person has settled in another way, each as it stood when it had changed last: one
-- that has failed again since is not among them.
CREATE TABLE whatsapp_put_aside (
    message_id UUID PRIMARY KEY REFERENCES whatsapp_message_logs (id) ON DELETE CASCADE,
    seen       TIMESTAMPTZ NOT NULL,
    at         TIMESTAMPTZ NOT NULL,
    CONSTRAINT whatsapp_put_aside_instants CHECK (
        least(seen, at) >= '0001-01-01 00:00:00Z' AND greatest(seen, at) < '10001-01-01 00:00:00Z'
    )
);

-- The shared state of each account, by its small number; most businesses have one.
CREATE TABLE whatsapp_account (
    id               SMALLINT PRIMARY KEY CHECK (id BETWEEN 0 AND 255),
    -- Requests may be made from this moment on, by elapsed time, in microseconds.
    slot_base        BIGINT,
    slot_elapsed     BIGINT,
    -- The pause, with the gateway's own words.
    pause_reason     TEXT CHECK (pause_reason = ANY ('{
        key_refused, phone_not_linked, subscription, account_refused, wrong_address, between,
        misconfigured, rate_limited, outage, held
    }')),
    pause_detail     TEXT,
    pause_since      TIMESTAMPTZ,
    pause_until      TIMESTAMPTZ,
    -- The message that is tried on its own schedule, after a day of one pause.
    pause_scout      UUID,
    -- The latest answer that left open whose trouble it was; gone once a message is taken.
    doubt_cause      TEXT CHECK (doubt_cause = ANY ('{
        message, recipient, account, address, between, gateway, host
    }')),
    doubt_message    UUID,
    doubt_at         TIMESTAMPTZ,
    -- The message that was last taken while something was in doubt.
    taken_message    UUID,
    taken_at         TIMESTAMPTZ,
    resumed_at       TIMESTAMPTZ,
    -- Messages in a row that were accepted and not delivered, and whether people were told.
    undelivered      INTEGER NOT NULL DEFAULT 0 CHECK (undelivered >= 0),
    undelivered_told BOOLEAN NOT NULL DEFAULT FALSE,
    -- The last day whose payments were known when people were told that reminders wait for newer ones:
    -- its midnight by UTC.
    stale_told       TIMESTAMPTZ,
    CHECK ((slot_base IS NULL) = (slot_elapsed IS NULL)),
    CHECK ((pause_reason IS NULL) = (pause_since IS NULL)),
    CHECK ((pause_reason IS NULL) = (pause_until IS NULL)),
    CHECK ((doubt_cause IS NULL) = (doubt_message IS NULL)),
    CHECK ((doubt_cause IS NULL) = (doubt_at IS NULL)),
    CHECK ((taken_message IS NULL) = (taken_at IS NULL)),
    CONSTRAINT whatsapp_account_instants CHECK (
        least(pause_since, pause_until, doubt_at, taken_at, resumed_at, stale_told)
            >= '0001-01-01 00:00:00Z'
        AND greatest(pause_since, pause_until, doubt_at, taken_at, resumed_at, stale_told)
            < '10001-01-01 00:00:00Z'
    )
) WITH (fillfactor = 10);

INSERT INTO whatsapp_account (id) VALUES (1);

-- What stopped an account and lifted it, and whether people were told.
CREATE TABLE whatsapp_account_events (
    id          UUID PRIMARY KEY,
    account_id  SMALLINT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind = ANY ('{
        stopped, resumed, undelivered, stale_payments, approvals, unconfirmed, not_greeted,
        left_out
    }')),
    reason      TEXT CHECK (reason = ANY ('{
        key_refused, phone_not_linked, subscription, account_refused, wrong_address, between,
        misconfigured, rate_limited, outage, held
    }')),
    detail      TEXT,
    at          TIMESTAMPTZ NOT NULL,
    told_at     TIMESTAMPTZ,
    lease_token UUID,
    lease_until TIMESTAMPTZ,
    CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
    CONSTRAINT whatsapp_account_events_instants CHECK (
        least(at, told_at, lease_until) >= '0001-01-01 00:00:00Z'
        AND greatest(at, told_at, lease_until) < '10001-01-01 00:00:00Z'
    )
);

CREATE INDEX idx_whatsapp_account_events_at ON whatsapp_account_events (account_id, at, id);

-- The planner's run of each local date.
CREATE TABLE whatsapp_planner_runs (
    day         DATE PRIMARY KEY CHECK (day BETWEEN '0001-01-01' AND '9999-12-31'),
    -- How far it is, and the rules that it goes by: the planner's own words.
    progress    TEXT NOT NULL,
    lease_token UUID,
    lease_until TIMESTAMPTZ,
    started_at  TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
    CONSTRAINT whatsapp_planner_runs_instants CHECK (
        least(lease_until, started_at, finished_at) >= '0001-01-01 00:00:00Z'
        AND greatest(lease_until, started_at, finished_at) < '10001-01-01 00:00:00Z'
    )
);

-- The reminders of each invoice, each one row for ever. No reference: a step outlives its message, and says
-- itself what came of it. Ids are text as the host gave it, in the order of bytes, whatever the database's
-- own order is.
CREATE TABLE whatsapp_reminder_steps (
    invoice_id  TEXT COLLATE "C" NOT NULL,
    -- Which reminder of the invoice: `T+7`, or `now:1` for one that a person asked for.
    step        TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C" NOT NULL,
    -- The invoice's number, as people know it.
    subject     TEXT NOT NULL,
    -- The day that the rule gives it, and the one on which it goes out.
    own_day     DATE NOT NULL CHECK (own_day BETWEEN '0001-01-01' AND '9999-12-31'),
    day         DATE NOT NULL CHECK (day BETWEEN '0001-01-01' AND '9999-12-31'),
    -- Of one that is on its way: the day for which it was planned, by which it is late.
    planned_for DATE CHECK (planned_for BETWEEN '0001-01-01' AND '9999-12-31'),
    state       TEXT NOT NULL CHECK (state = ANY ('{
        planned, held, queued, sent, failed, gave_way, done, cancelled, skipped, dropped
    }')),
    -- What put it off, or holds it, and the sentence that people read.
    reason      TEXT CHECK (reason = ANY ('{
        too_late, first_run, by_hand, gap, closed_day, cap, promised, disputed, credit,
        stale_payments, records, moved, summary
    }')),
    sentence    TEXT,
    message_id  UUID,
    -- How many messages were withdrawn and made again.
    round       INTEGER NOT NULL CHECK (round >= 0),
    -- What all spellings of the number have in common that its message goes to.
    number_key  TEXT COLLATE "C",
    since       TIMESTAMPTZ NOT NULL,
    -- Whether managers were told that it waits for their approval.
    told        BOOLEAN NOT NULL,
    -- Every change raises it by one.
    revision    INTEGER NOT NULL CHECK (revision >= 0),
    PRIMARY KEY (invoice_id, step),
    CHECK (state NOT IN ('queued', 'sent') OR message_id IS NOT NULL),
    CHECK (state = 'queued' OR planned_for IS NULL),
    CHECK (state = 'held' OR NOT told),
    CONSTRAINT whatsapp_reminder_steps_instants CHECK (
        since >= '0001-01-01 00:00:00Z' AND since < '10001-01-01 00:00:00Z'
    )
);

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
-- Whom a step reminded, or is about to, and when.
CREATE INDEX idx_whatsapp_steps_customer ON whatsapp_reminder_steps (customer_id, day)
    WHERE state IN ('queued', 'sent');
CREATE INDEX idx_whatsapp_steps_number ON whatsapp_reminder_steps (number_key, day, message_id)
    WHERE state IN ('queued', 'sent');

-- Whom nothing is sent to, or about what: asked before every POST. A mute that ended stays, and holds no
-- more.
CREATE TABLE whatsapp_mutes (
    id            UUID PRIMARY KEY,
    target        TEXT NOT NULL CHECK (target = ANY ('{customer, number, invoice}')),
    -- The customer's or the invoice's id, or what all spellings of the number have in common.
    target_id     TEXT NOT NULL CHECK (target_id <> ''),
    category      TEXT NOT NULL CHECK (category = ANY ('{reminders, greetings, all}')),
    actor         TEXT NOT NULL CHECK (actor = ANY ('{person, host, outside}')),
    -- As the host gave it.
    user_id       TEXT,
    at            TIMESTAMPTZ NOT NULL,
    ended_at      TIMESTAMPTZ,
    ended_actor   TEXT CHECK (ended_actor = ANY ('{person, host, outside}')),
    ended_user_id TEXT,
    CHECK ((actor = 'person') = (user_id IS NOT NULL)),
    CHECK ((ended_at IS NULL) = (ended_actor IS NULL)),
    CHECK (COALESCE(ended_actor = 'person', FALSE) = (ended_user_id IS NOT NULL)),
    CONSTRAINT whatsapp_mutes_instants CHECK (
        at >= '0001-01-01 00:00:00Z' AND at < '10001-01-01 00:00:00Z'
        AND ended_at >= '0001-01-01 00:00:00Z' AND ended_at < '10001-01-01 00:00:00Z'
    )
);

CREATE UNIQUE INDEX idx_whatsapp_mutes_held ON whatsapp_mutes (target, target_id, category)
    WHERE ended_at IS NULL;
CREATE INDEX idx_whatsapp_mutes_at ON whatsapp_mutes (at, id);

-- Campaigns: greetings and announcements to many customers on one day.
CREATE TABLE whatsapp_campaigns (
    id               UUID PRIMARY KEY,
    name             TEXT NOT NULL CHECK (name <> ''),
    kind             TEXT NOT NULL CHECK (kind = ANY ('{festival, announcement}')),
    -- Its day and hour, by the clocks of the business.
    date             DATE NOT NULL CHECK (date BETWEEN '0001-01-01' AND '9999-12-31'),
    time             TEXT NOT NULL,
    -- What a person wrote: the text of a greeting, or the news of an announcement.
    words            TEXT NOT NULL,
    template_id      UUID,
    -- The customers by their ids, as a JSON array; NULL for everybody.
    audience         TEXT,
    -- Whether the date depends on the moon, and the day on which it was confirmed.
    estimated        BOOLEAN NOT NULL,
    confirmed_on     DATE CHECK (confirmed_on BETWEEN '0001-01-01' AND '9999-12-31'),
    -- The date that a person entered: a confirmation moves the other one.
    entered          DATE NOT NULL CHECK (entered BETWEEN '0001-01-01' AND '9999-12-31'),
    -- The text that its messages are made from, and the template that it was, since it was armed.
    frozen_text      TEXT,
    frozen_template  UUID,
    frozen_version   INTEGER CHECK (frozen_version >= 0),
    state            TEXT NOT NULL CHECK (state = ANY ('{
        draft, armed, running, paused, finished, cancelled
    }')),
    since            TIMESTAMPTZ NOT NULL,
    sentence         TEXT,
    -- What managers were told of it by itself.
    told             TEXT NOT NULL CHECK (told = ANY ('{nothing, eve, hour, end}')),
    -- How often recipients were collected: what one collecting has written, the next takes away.
    collected        INTEGER NOT NULL CHECK (collected >= 0),
    -- Every change raises it by one.
    revision         INTEGER NOT NULL CHECK (revision >= 0),
    CHECK ((frozen_template IS NULL) = (frozen_version IS NULL)),
    CHECK (frozen_template IS NULL OR frozen_text IS NOT NULL),
    CHECK (state IN ('draft', 'cancelled') OR frozen_text IS NOT NULL),
    CONSTRAINT whatsapp_campaigns_instants CHECK (
        since >= '0001-01-01 00:00:00Z' AND since < '10001-01-01 00:00:00Z'
    )
);

CREATE INDEX idx_whatsapp_campaigns_date ON whatsapp_campaigns (date, id);
CREATE INDEX idx_whatsapp_campaigns_open ON whatsapp_campaigns (date, id)
    WHERE state IN ('armed', 'running', 'paused');
-- Those that have ended, until all is told of them.
CREATE INDEX idx_whatsapp_campaigns_ending ON whatsapp_campaigns (date, id)
    WHERE state IN ('finished', 'cancelled') AND told <> 'end';

-- The numbers that a campaign writes to: frozen when it is armed, one message a number.
CREATE TABLE whatsapp_campaign_recipients (
    campaign_id UUID NOT NULL,
    -- Its digits, in one spelling of all that the number has.
    number      TEXT COLLATE "C" NOT NULL,
    -- What it has in common with numbers that may be the same: by it a day's messages are counted.
    number_key  TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C" NOT NULL,
    state       TEXT NOT NULL CHECK (state = ANY ('{waiting, queued, sent, failed, left_out}')),
    sentence    TEXT,
    -- Its message; one that was given back keeps the last one, which was withdrawn.
    message_id  UUID,
    -- How many messages were withdrawn and given back.
    round       INTEGER NOT NULL CHECK (round >= 0),
    -- When its message goes out.
    slot        TIMESTAMPTZ,
    since       TIMESTAMPTZ NOT NULL,
    -- Every change raises it by one.
    revision    INTEGER NOT NULL CHECK (revision >= 0),
    PRIMARY KEY (campaign_id, number),
    CHECK (state NOT IN ('queued', 'sent') OR message_id IS NOT NULL),
    CONSTRAINT whatsapp_campaign_recipients_instants CHECK (
        least(slot, since) >= '0001-01-01 00:00:00Z' AND greatest(slot, since) < '10001-01-01 00:00:00Z'
    )
);

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
    revision INTEGER NOT NULL CHECK (revision >= 0),
    -- When a feeder last said that it runs.
    fed_at   TIMESTAMPTZ,
    CONSTRAINT whatsapp_campaign_slots_instants CHECK (
        fed_at >= '0001-01-01 00:00:00Z' AND fed_at < '10001-01-01 00:00:00Z'
    )
);
INSERT INTO whatsapp_campaign_slots (id, revision) VALUES (1, 0);

-- How many messages of each day came to what: a roll-up of the log, which is what counts. A day is its by
-- the clocks of the business.
CREATE TABLE whatsapp_daily (
    day          DATE NOT NULL CHECK (day BETWEEN '0001-01-01' AND '9999-12-31'),
    message_type TEXT NOT NULL,
    trigger_type TEXT NOT NULL CHECK (trigger_type = ANY ('{auto, scheduled, manual}')),
    outcome      TEXT NOT NULL CHECK (outcome = ANY ('{
        waiting, retrying, accepted, delivered, read, undelivered, failed, cancelled
    }')),
    number       BIGINT NOT NULL CHECK (number > 0),
    -- To how many of them something is owed: what they came to changes still.
    open         BIGINT NOT NULL CHECK (open BETWEEN 0 AND number),
    -- The first instant of the day, by the zone in which it was counted.
    since        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (day, message_type, trigger_type, outcome),
    CONSTRAINT whatsapp_daily_instants CHECK (
        since >= '0001-01-01 00:00:00Z' AND since < '10001-01-01 00:00:00Z'
    )
);

CREATE INDEX idx_whatsapp_daily_open ON whatsapp_daily (day) WHERE open > 0;

-- Acts of people on many messages at once.
CREATE TABLE whatsapp_bulk (
    id          UUID PRIMARY KEY,
    act         TEXT NOT NULL CHECK (act = ANY ('{retry, resend, cancel}')),
    -- Who counted it, and since it was confirmed who confirmed it.
    actor       TEXT NOT NULL CHECK (actor = ANY ('{person, host}')),
    user_id     TEXT,
    at          TIMESTAMPTZ NOT NULL,
    state       TEXT NOT NULL CHECK (state = ANY ('{counted, running, stopped, done}')),
    -- Whether more messages fitted than were taken.
    more        BOOLEAN NOT NULL,
    -- What whoever confirmed it agreed to: customers did not get what may have arrived, and messages go out
    -- outside the hours.
    arrived     BOOLEAN NOT NULL,
    hours       BOOLEAN NOT NULL,
    changed_at  TIMESTAMPTZ NOT NULL,
    lease_token UUID,
    lease_until TIMESTAMPTZ,
    CHECK ((actor = 'person') = (user_id IS NOT NULL)),
    CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
    CONSTRAINT whatsapp_bulk_instants CHECK (
        least(at, changed_at, lease_until) >= '0001-01-01 00:00:00Z'
        AND greatest(at, changed_at, lease_until) < '10001-01-01 00:00:00Z'
    )
);

CREATE INDEX idx_whatsapp_bulk_state ON whatsapp_bulk (state, changed_at, id)
    WHERE state IN ('counted', 'running');

-- The messages of each, as they stood when they were counted, and what came of each.
CREATE TABLE whatsapp_bulk_items (
    bulk_id    UUID NOT NULL,
    no         INTEGER NOT NULL CHECK (no >= 0),
    message_id UUID NOT NULL,
    seen       TIMESTAMPTZ NOT NULL,
    -- The id of the entry that the act leaves in the audit: it is done once.
    entry      UUID NOT NULL,
    -- What a person has to agree to first.
    arrived    BOOLEAN NOT NULL,
    hours      BOOLEAN NOT NULL,
    outcome    TEXT CHECK (outcome = ANY ('{done, left_out, failed}')),
    sentence   TEXT,
    -- The message that was made.
    fresh      UUID,
    PRIMARY KEY (bulk_id, no),
    CONSTRAINT whatsapp_bulk_items_instants CHECK (
        seen >= '0001-01-01 00:00:00Z' AND seen < '10001-01-01 00:00:00Z'
    )
);

CREATE INDEX idx_whatsapp_bulk_items_open ON whatsapp_bulk_items (bulk_id, no) WHERE outcome IS NULL;

-- The audit: what people and the host's own code did, each entry written in the act's transaction.
CREATE TABLE whatsapp_audit (
    id        UUID PRIMARY KEY,
    at        TIMESTAMPTZ NOT NULL,
    actor     TEXT NOT NULL CHECK (actor = ANY ('{person, host, outside}')),
    -- As the host gave it.
    user_id   TEXT,
    act       TEXT NOT NULL CHECK (act = ANY ('{
        setting_saved, template_saved, template_rolled_back, template_switched, changed_outside,
        message_sent, message_retried, message_cancelled, message_resent, message_rescheduled, message_put_aside,
        message_taken_up, account_paused, account_resumed,
        reminder_approved, reminder_dropped, reminder_skipped, reminder_held, reminded_now,
        muted, unmuted, campaign_saved, campaign_armed, campaign_tried, campaign_paused,
        campaign_resumed, campaign_cancelled, campaign_confirmed, exported, bulk_confirmed,
        bulk_stopped
    }')),
    target    TEXT NOT NULL CHECK (target = ANY ('{
        setting, template, message, account, reminder, mute, campaign, log, bulk, audit
    }')),
    target_id TEXT NOT NULL,
    -- Before and after: never a key, a number or a text.
    change    JSONB NOT NULL,
    CHECK ((actor = 'person') = (user_id IS NOT NULL)),
    CONSTRAINT whatsapp_audit_instants CHECK (at >= '0001-01-01 00:00:00Z' AND at < '10001-01-01 00:00:00Z')
);

CREATE INDEX idx_whatsapp_audit_at ON whatsapp_audit (at, id);
CREATE INDEX idx_whatsapp_audit_target ON whatsapp_audit (target, target_id, at, id);

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

-- Deleting a message also deletes its row of the outbox and its attempts. A trigger does this once for each
-- statement, instead of a foreign key, which would look up and lock the message on every enqueue and every
-- send. Nothing that a caller sets decides which tables the function uses: every name is spelled out.
DO $$
DECLARE
    home   TEXT;
    caller NAME;
BEGIN
    SELECT nspname INTO home
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE pg_class.oid = 'whatsapp_message_logs'::REGCLASS;

    -- It works with its owner's rights, as a reference would: who may delete messages needs no other
    -- right. So it serves this table alone.
    EXECUTE format(
        $function$
            CREATE FUNCTION whatsapp_forget_messages() RETURNS TRIGGER
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
            AS $body$
                BEGIN
                    IF TG_RELID <> '%1$I.whatsapp_message_logs'::REGCLASS THEN
                        RAISE EXCEPTION 'this trigger belongs to %1$I.whatsapp_message_logs alone';
                    ELSIF TG_OP = 'TRUNCATE' THEN
                        -- Not TRUNCATE: whoever names these tables too is truncating them just now.
                        DELETE FROM %1$I.whatsapp_outbox;
                        DELETE FROM %1$I.whatsapp_attempts_begun;
                        DELETE FROM %1$I.whatsapp_attempts_ended;
                    ELSE
                        DELETE FROM %1$I.whatsapp_outbox
                        WHERE message_id IN (SELECT id FROM gone);
                        DELETE FROM %1$I.whatsapp_attempts_begun
                        WHERE message_id IN (SELECT id FROM gone);
                        DELETE FROM %1$I.whatsapp_attempts_ended
                        WHERE message_id IN (SELECT id FROM gone);
                    END IF;
                    RETURN NULL;
                END
            $body$
        $function$,
        home
    );

    -- It is for the triggers alone; Supabase grants every new function to these roles.
    REVOKE ALL ON FUNCTION whatsapp_forget_messages() FROM PUBLIC;
    FOR caller IN
        SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role')
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION whatsapp_forget_messages() FROM %I', caller);
    END LOOP;
END
$$;

CREATE TRIGGER whatsapp_logs_deleted AFTER DELETE ON whatsapp_message_logs
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION whatsapp_forget_messages();
CREATE TRIGGER whatsapp_logs_truncated AFTER TRUNCATE ON whatsapp_message_logs
    FOR EACH STATEMENT EXECUTE FUNCTION whatsapp_forget_messages();

-- What is written once is not changed or taken away afterwards, not even by the owner's own code.
CREATE FUNCTION whatsapp_append_only() RETURNS TRIGGER LANGUAGE plpgsql SET search_path = ''
AS $$
    BEGIN
        RAISE EXCEPTION 'the rows of % are not changed', TG_RELID::REGCLASS;
    END
$$;
REVOKE ALL ON FUNCTION whatsapp_append_only(), whatsapp_one_open_attempt() FROM PUBLIC;
DO $$
DECLARE
    caller NAME;
BEGIN
    -- Supabase grants every new function to these roles.
    FOR caller IN
        SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role')
    LOOP
        EXECUTE format(
            'REVOKE ALL ON FUNCTION whatsapp_append_only(), whatsapp_one_open_attempt() FROM %I', caller
        );
    END LOOP;
END
$$;

CREATE TRIGGER whatsapp_audit_changed BEFORE UPDATE OR DELETE ON whatsapp_audit
    FOR EACH ROW EXECUTE FUNCTION whatsapp_append_only();
CREATE TRIGGER whatsapp_template_versions_changed BEFORE UPDATE OR DELETE ON whatsapp_template_versions
    FOR EACH ROW EXECUTE FUNCTION whatsapp_append_only();
