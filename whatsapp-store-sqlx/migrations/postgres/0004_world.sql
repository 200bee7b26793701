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

-- An attempt may have been refused in words that do not tell for whose sake.
ALTER TABLE whatsapp_message_attempts
    DROP CONSTRAINT whatsapp_message_attempts_outcome_check,
    ADD CONSTRAINT whatsapp_message_attempts_outcome_check CHECK (outcome IN (
        'accepted', 'rejected', 'not_sent', 'account_refused', 'unclear_refusal', 'not_accepted', 'unknown_held'
    ));

-- The account's pause with the gateway's words, what is in doubt about it, and what people are told.
ALTER TABLE whatsapp_account
    DROP CONSTRAINT whatsapp_account_pause_reason_check,
    ADD CONSTRAINT whatsapp_account_pause_reason_check CHECK (pause_reason IN (
        'key_refused', 'phone_not_linked', 'subscription', 'account_refused', 'wrong_address', 'between',
            'misconfigured', 'rate_limited', 'outage'
    )),
    ADD COLUMN pause_detail TEXT,
    -- The message that is tried on its own schedule, after a day of one pause.
    ADD COLUMN pause_scout UUID,
    -- The latest answer that left open whose trouble it was; gone once a message is taken.
    ADD COLUMN doubt_cause TEXT CHECK (doubt_cause IN (
        'message', 'recipient', 'account', 'address', 'between', 'gateway', 'host'
    )),
    ADD COLUMN doubt_message UUID,
    ADD COLUMN doubt_at TIMESTAMPTZ,
    -- The message that was last taken while something was in doubt.
    ADD COLUMN taken_message UUID,
    ADD COLUMN taken_at TIMESTAMPTZ,
    ADD COLUMN resumed_at TIMESTAMPTZ,
    -- Messages in a row that were accepted and not delivered, and whether that was told.
    ADD COLUMN undelivered INTEGER NOT NULL DEFAULT 0 CHECK (undelivered >= 0),
    ADD COLUMN undelivered_told BOOLEAN NOT NULL DEFAULT FALSE,
    ADD CHECK ((doubt_cause IS NULL) = (doubt_message IS NULL)),
    ADD CHECK ((doubt_cause IS NULL) = (doubt_at IS NULL)),
    ADD CHECK ((taken_message IS NULL) = (taken_at IS NULL));

CREATE TABLE whatsapp_account_events (
    id          UUID PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('stopped', 'resumed', 'undelivered')),
    reason      TEXT CHECK (reason IN (
        'key_refused', 'phone_not_linked', 'subscription', 'account_refused', 'wrong_address', 'between',
            'misconfigured', 'rate_limited', 'outage'
    )),
    detail      TEXT,
    at          TIMESTAMPTZ NOT NULL,
    told_at     TIMESTAMPTZ,
    lease_token UUID,
    lease_until TIMESTAMPTZ,
    CHECK ((lease_token IS NULL) = (lease_until IS NULL))
);
CREATE INDEX idx_whatsapp_account_events_at ON whatsapp_account_events (at, id);

-- The look: attempts are looked for by what all variants of a number have in common. Rows from before keep
-- the number itself, which no key is like: their messages explain no row of a list by their text.
ALTER TABLE whatsapp_message_attempts RENAME COLUMN whatsapp_number TO number_key;

-- Leases and attempts by elapsed time, which no correction of a clock moves: what it is counted by, and
-- microseconds. An attempt without a mark has no base in common with anybody. No index has these columns:
-- a claim and a begin stay updates in place.
ALTER TABLE whatsapp_outbox
    ADD COLUMN lease_base BIGINT,
    ADD COLUMN lease_ends BIGINT,
    ADD COLUMN open_base BIGINT,
    ADD COLUMN open_elapsed BIGINT,
    ADD COLUMN look_base BIGINT,
    ADD COLUMN look_elapsed BIGINT;
