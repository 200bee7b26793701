-- $1 messages of the last years, one a minute: nine of ten sent and delivered, the others failed or
-- cancelled, over the four types, the three triggers and 10,000 customers.
INSERT INTO whatsapp_message_logs (
    id, customer_id, customer_name, whatsapp_number, message_type, trigger_type, status,
    message_content, part, failure_reason, failure_kind, failure_cause, cancel_reason, sent_at,
    created_at, updated_at, message_key, fingerprint, delivery, gateway_id, api_response
)
SELECT
    -- Ids that grow with time, as the library makes them.
    (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
        || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
    ('0190b1c2-7d3e-7000-8a4b-' || lpad(to_hex(n % 10000), 12, '0'))::uuid,
    'Customer ' || n,
    '+9198765' || lpad((n % 10000)::text, 5, '0'),
    (ARRAY['stock_delivered', 'invoice', 'payment_reminder', 'festival'])[1 + n % 4],
    (ARRAY['auto', 'scheduled', 'manual'])[1 + n % 3],
    CASE n % 20 WHEN 0 THEN 'failed' WHEN 1 THEN 'cancelled' ELSE 'sent' END,
    'Dear Customer ' || n || ', your invoice is ready. ' || repeat('Thank you. ', 90),
    'whole',
    CASE n % 20 WHEN 0 THEN 'The number is not on WhatsApp.' END,
    CASE n % 20 WHEN 0 THEN 'rejected' END,
    CASE n % 20 WHEN 0 THEN 'recipient' END,
    CASE n % 20 WHEN 1 THEN 'paid' END,
    CASE WHEN n % 20 > 1 THEN at END,
    at,
    at,
    'invoice:OLD-' || n,
    sha256(n::text::bytea),
    CASE WHEN n % 20 > 1 THEN 'delivered' END,
    CASE WHEN n % 20 > 1 THEN 'old-' || n END,
    CASE WHEN n % 20 > 1 THEN '{"success": true}'::jsonb END
FROM generate_series(1, $1::bigint) AS n,
    LATERAL (SELECT now() - ($1::bigint - n + 1) * interval '1 minute' AS at) AS time;

-- The attempts of those among the $1 that were sent or refused, and what became of them.
INSERT INTO whatsapp_attempts_begun (
    message_id, no, account_id, part, number_key, whatsapp_number, text_sha256, started_at
)
SELECT id, 1, 1, part, whatsapp_number, whatsapp_number, sha256(id::text::bytea), created_at
FROM whatsapp_message_logs
WHERE status IN ('sent', 'failed') AND $1::bigint > 0;

INSERT INTO whatsapp_attempts_ended (
    message_id, no, account_id, finished_at, outcome, http_status, gateway_id
)
SELECT
    id, 1, 1, created_at,
    CASE status WHEN 'sent' THEN 'accepted' ELSE 'rejected' END,
    CASE status WHEN 'sent' THEN 200 ELSE 400 END,
    gateway_id
FROM whatsapp_message_logs
WHERE status IN ('sent', 'failed') AND $1::bigint > 0;
