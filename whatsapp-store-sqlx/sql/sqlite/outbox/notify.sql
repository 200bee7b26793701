-- Owes notices. A message that fails for good a second time, after a manager's retry, owes none.
INSERT INTO whatsapp_notices (message_id, created_at, failure_kind, failure_cause, failure_reason, retry_count)
SELECT
    item.value ->> 'message_id',
    item.value ->> 'created_at',
    item.value ->> 'failure_kind',
    item.value ->> 'failure_cause',
    item.value ->> 'failure_reason',
    item.value ->> 'retry_count'
FROM jsonb_each(?1) AS item
WHERE true -- Without it the parser takes ON CONFLICT for the condition of a join.
ON CONFLICT (message_id) DO NOTHING;
