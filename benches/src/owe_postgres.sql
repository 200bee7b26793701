-- As if none of the messages had ever been sent.
DELETE FROM whatsapp_attempts_begun;
DELETE FROM whatsapp_attempts_ended;
UPDATE whatsapp_message_logs
SET status = 'pending', failure_kind = NULL, failure_cause = NULL, failure_reason = NULL,
    cancel_reason = NULL, sent_at = NULL, delivery = NULL, gateway_id = NULL, api_response = NULL;
INSERT INTO whatsapp_outbox (
    message_id, account_id, step, class, due_at, created_at, posts, free_posts, looks, looks_unavailable
)
SELECT id, 1, 'send', 'transactional', now(), created_at, 0, 0, 0, 0
FROM whatsapp_message_logs;
