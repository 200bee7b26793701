-- Owes notices. A message that fails for good a second time, after a manager's retry, owes none.
INSERT INTO whatsapp_notices (message_id, created_at, failure_kind, failure_cause, failure_reason, retry_count)
SELECT *
FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::int[])
ON CONFLICT (message_id) DO NOTHING;
