-- Writes steps, in the order of the arrays: new ones, and those that are there at the revision before. One
-- array a column.
INSERT INTO whatsapp_reminder_steps (
    invoice_id, step, customer_id, subject, own_day, day, state, reason, sentence, message_id, round,
    number_key, since, told, revision, planned_for
)
SELECT *
FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::date[], $7::text[], $8::text[],
    $9::text[], $10::uuid[], $11::int[], $12::text[], $13::timestamptz[], $14::boolean[], $15::int[],
    $16::date[]
) AS item (
    invoice_id, step, customer_id, subject, own_day, day, state, reason, sentence, message_id, round,
    number_key, since, told, revision, planned_for
)
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
