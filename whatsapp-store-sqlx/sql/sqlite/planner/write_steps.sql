-- Writes the steps in the array ?1: new ones, and those that are there at the revision before.
INSERT INTO whatsapp_reminder_steps (
    invoice_id, step, customer_id, subject, own_day, day, state, reason, sentence, message_id, round,
    number_key, since, told, revision, planned_for
)
SELECT
    value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
    value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13,
    value ->> 14, value ->> 15
FROM jsonb_each(?1)
WHERE true -- Without it the parser takes ON CONFLICT for the condition of a join.
ON CONFLICT (invoice_id, step) DO UPDATE
SET customer_id = excluded.customer_id,
    subject = excluded.subject,
    own_day = excluded.own_day,
    day = excluded.day,
    state = excluded.state,
    reason = excluded.reason,
    sentence = excluded.sentence,
    message_id = excluded.message_id,
    round = excluded.round,
    number_key = excluded.number_key,
    since = excluded.since,
    told = excluded.told,
    revision = excluded.revision,
    planned_for = excluded.planned_for
WHERE whatsapp_reminder_steps.revision = excluded.revision - 1;
