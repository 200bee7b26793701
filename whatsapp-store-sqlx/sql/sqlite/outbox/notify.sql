-- Owes notices. A message that fails for good a second time, after a manager's retry, owes none.
INSERT INTO whatsapp_notices (message_id, created_at, failure_kind, failure_cause, failure_reason, retry_count)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
FROM jsonb_each(?1)
WHERE true -- Without it the parser takes ON CONFLICT for the condition of a join.
ON CONFLICT (message_id) DO NOTHING;
