-- ?1 messages of the last years, one a minute: nine of ten sent and delivered, the others failed or
-- cancelled, over the four types, the three triggers and 10,000 customers.
INSERT INTO whatsapp_message_logs (
    id, customer_id, customer_name, whatsapp_number, message_type, trigger_type, status,
    message_content, part, failure_reason, failure_kind, failure_cause, cancel_reason, sent_at,
    created_at, updated_at, message_key, fingerprint, delivery, gateway_id, api_response
)
WITH RECURSIVE series (n) AS (
    SELECT 1
    UNION ALL
    SELECT n + 1 FROM series WHERE n < ?1
), time AS (
    SELECT n, (unixepoch('now') - (?1 - n + 1) * 60) * 1000000 AS at FROM series
)
SELECT
    -- Ids that grow with time, as the library makes them.
    substr(printf('%012x', at / 1000), 1, 8) || '-' || substr(printf('%012x', at / 1000), 9, 4)
        || '-7' || printf('%03x', n % 4096) || '-8' || printf('%03x', n / 4096 % 4096)
        || '-' || printf('%012x', n),
    '0190b1c2-7d3e-7000-8a4b-' || printf('%012x', n % 10000),
    'Customer ' || n,
    '+9198765' || printf('%05d', n % 10000),
    CASE n % 4 WHEN 0 THEN 'stock_delivered' WHEN 1 THEN 'invoice' WHEN 2 THEN 'payment_reminder' ELSE 'festival' END,
    CASE n % 3 WHEN 0 THEN 'auto' WHEN 1 THEN 'scheduled' ELSE 'manual' END,
    CASE n % 20 WHEN 0 THEN 'failed' WHEN 1 THEN 'cancelled' ELSE 'sent' END,
    'Dear Customer ' || n || ', your invoice is ready. '
        || replace(hex(zeroblob(45)), '00', 'Thank you for your ordr.'),
    'whole',
    CASE n % 20 WHEN 0 THEN 'The number is not on WhatsApp.' END,
    CASE n % 20 WHEN 0 THEN 'rejected' END,
    CASE n % 20 WHEN 0 THEN 'recipient' END,
    CASE n % 20 WHEN 1 THEN 'paid' END,
    CASE WHEN n % 20 > 1 THEN at END,
    at,
    at,
    'invoice:OLD-' || n,
    unhex(printf('%064x', n)),
    CASE WHEN n % 20 > 1 THEN 'delivered' END,
    CASE WHEN n % 20 > 1 THEN 'old-' || n END,
    CASE WHEN n % 20 > 1 THEN '{"success":true}' END
FROM time;

-- The attempts of those among the ?1 that were sent or refused, and what became of them.
INSERT INTO whatsapp_attempts_begun (
    message_id, no, account_id, part, number_key, whatsapp_number, text_sha256, started_at
)
SELECT
    id, 1, 1, part, whatsapp_number, whatsapp_number, unhex(printf('%064x', rowid)), created_at
FROM whatsapp_message_logs
WHERE status IN ('sent', 'failed') AND ?1 > 0;

INSERT INTO whatsapp_attempts_ended (
    message_id, no, account_id, finished_at, outcome, http_status, gateway_id
)
SELECT
    id, 1, 1, created_at,
    CASE status WHEN 'sent' THEN 'accepted' ELSE 'rejected' END,
    CASE status WHEN 'sent' THEN 200 ELSE 400 END,
    gateway_id
FROM whatsapp_message_logs
WHERE status IN ('sent', 'failed') AND ?1 > 0;
