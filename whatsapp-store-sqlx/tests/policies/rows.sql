-- One row for every table that has none yet: in an empty table nothing can be seen to leak.
INSERT INTO whatsapp_templates (id, template_name, message_type, template_content, placeholders)
VALUES ('70000000-0000-7000-8000-000000000001', 'Diwali', 'festival', 'Happy Diwali, {customerName}!', '{customerName}');

INSERT INTO whatsapp_message_logs
    (id, customer_id, customer_name, whatsapp_number, message_type, trigger_type, status,
     message_content, template_id, message_key, fingerprint, part)
VALUES
    ('e0000000-0000-7000-8000-000000000001', 'c0000000-0000-7000-8000-000000000001', 'Asha Traders',
     '+919876543210', 'festival', 'manual', 'pending', 'Happy Diwali, Asha Traders!',
     '70000000-0000-7000-8000-000000000001', 'festival:diwali', '\x00', 'whole');

INSERT INTO whatsapp_attempts_begun
    (message_id, no, account_id, part, number_key, whatsapp_number, text_sha256, started_at)
VALUES (
    'e0000000-0000-7000-8000-000000000001', 1, 1, 'whole', '+919876543210', '+919876543210', '\x00', now()
);

INSERT INTO whatsapp_attempts_ended (message_id, no, account_id, finished_at, outcome)
VALUES ('e0000000-0000-7000-8000-000000000001', 1, 1, now(), 'not_sent');

INSERT INTO whatsapp_template_versions
    (template_id, version, template_name, message_type, template_content, is_active, at, actor)
VALUES
    ('70000000-0000-7000-8000-000000000001', 1, 'Diwali', 'festival', 'Happy Diwali, {customerName}!', TRUE,
     now(), 'host');

INSERT INTO whatsapp_audit (id, at, actor, act, target, target_id, change)
VALUES
    ('a1000000-0000-7000-8000-000000000001', now(), 'host', 'account_paused', 'account', '1',
     '{"state": {"before": "running", "after": "held"}}');

INSERT INTO whatsapp_outbox
    (message_id, account_id, step, class, due_at, posts, free_posts, looks, looks_unavailable, created_at)
VALUES ('e0000000-0000-7000-8000-000000000001', 1, 'look', 'transactional', now(), 1, 0, 0, 0, now());

INSERT INTO whatsapp_digests (id, created_at) VALUES ('d0000000-0000-7000-8000-000000000001', now());

INSERT INTO whatsapp_notices
    (message_id, created_at, failure_kind, failure_cause, failure_reason, retry_count, digest_id)
VALUES
    ('e0000000-0000-7000-8000-000000000001', now(), 'rejected', 'recipient', 'no such number', 0,
     'd0000000-0000-7000-8000-000000000001');

INSERT INTO whatsapp_put_aside (message_id, seen, at)
VALUES ('e0000000-0000-7000-8000-000000000001', now(), now());

INSERT INTO whatsapp_account_events (id, account_id, kind, reason, at)
VALUES ('f0000000-0000-7000-8000-000000000001', 1, 'stopped', 'key_refused', now());

INSERT INTO whatsapp_planner_runs (day, progress, started_at) VALUES ('2026-01-27', 'begun', now());

INSERT INTO whatsapp_reminder_steps
    (invoice_id, step, customer_id, subject, own_day, day, state, round, since, told, revision)
VALUES
    ('INV-7', 'T+7', 'c0000000-0000-7000-8000-000000000001', 'INV-2026-0042', '2026-01-27', '2026-01-27',
     'planned', 0, now(), FALSE, 0);

INSERT INTO whatsapp_campaigns
    (id, name, kind, entered, date, time, words, estimated, state, since, told, collected, revision)
VALUES
    ('a1000000-0000-7000-8000-000000000001', 'Diwali', 'festival', '2026-11-08', '2026-11-08', '10:00', '', FALSE,
     'draft', now(), 'nothing', 0, 0);

INSERT INTO whatsapp_campaign_recipients
    (campaign_id, number, number_key, customer_id, state, round, since, revision)
VALUES
    ('a1000000-0000-7000-8000-000000000001', '919876543210', '91-76543210',
     'c0000000-0000-7000-8000-000000000001', 'waiting', 0, now(), 0);

INSERT INTO whatsapp_daily (day, message_type, trigger_type, outcome, number, open, since)
VALUES ('2026-01-27', 'invoice', 'auto', 'delivered', 7, 0, '2026-01-26 18:30:00Z');

INSERT INTO whatsapp_bulk (id, act, actor, at, state, more, arrived, hours, changed_at)
VALUES ('b1000000-0000-7000-8000-000000000001', 'cancel', 'host', now(), 'counted', FALSE, FALSE, FALSE, now());

INSERT INTO whatsapp_bulk_items (bulk_id, no, message_id, seen, entry, arrived, hours)
VALUES
    ('b1000000-0000-7000-8000-000000000001', 0, 'e0000000-0000-7000-8000-000000000001', now(),
     'b2000000-0000-7000-8000-000000000001', FALSE, FALSE);

INSERT INTO whatsapp_mutes (id, target, target_id, category, actor, at)
VALUES
    ('b0000000-0000-7000-8000-000000000001', 'customer', 'c0000000-0000-7000-8000-000000000001', 'reminders',
     'host', now());
