-- Adds messages to the log, with what is owed to them; those whose key is taken are left out. One array
-- a column, one place a message.
WITH item AS (
    SELECT *
    FROM unnest(
        $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::text[], $9::int[], $10::int[], $11::text[], $12::uuid[], $13::text[], $14::text[],
        $15::text[], $16::timestamptz[], $17::timestamptz[], $18::timestamptz[], $19::uuid[],
        $20::text[], $21::text[], $22::bytea[], $23::timestamptz[], $24::text[], $25::text[],
        $26::text[], $27::text[], $28::bigint[], $29::text[], $30::text[], $31::timestamptz[],
        $32::text[], $33::uuid[], $34::text[], $35::timestamptz[], $36::timestamptz[],
        $37::int[], $38::int[], $39::int[], $40::int[], $41::timestamptz[], $42::text[],
        $43::text[], $44::text[], $45::text[], $46::int[], $47::text[]
    ) AS item (
        id, customer_id, customer_key, customer_name, whatsapp_number, message_type, trigger_type,
        status, retry_count, max_retries, message_content, template_id, attachment_url,
        attachment_type, failure_reason, scheduled_for, sent_at, created_at, created_by,
        created_by_key, message_key, fingerprint, next_attempt_at, delivery, failure_kind,
        cancel_reason, attachment_name, attachment_size, attachment_sha256, invoice_id, expires_at,
        warning, resend_of, step, due_at, open_since, posts, free_posts, looks, looks_unavailable,
        attachment_until, part, subject, failure_cause, placeholder_values, template_version, class
    )
), added AS (
    INSERT INTO whatsapp_message_logs (
        id, customer_id, customer_key, customer_name, whatsapp_number, message_type, trigger_type,
        status, retry_count, max_retries, message_content, template_id, attachment_url,
        attachment_type, failure_reason, scheduled_for, sent_at, created_at, updated_at,
        created_by, created_by_key, message_key, fingerprint, next_attempt_at, delivery,
        failure_kind, cancel_reason, attachment_name, attachment_size, attachment_sha256,
        invoice_id, expires_at, warning, resend_of, attachment_until, part, subject, failure_cause,
        placeholder_values, template_version
    )
    SELECT
        id, customer_id, customer_key, customer_name, whatsapp_number, message_type, trigger_type,
        status, retry_count, max_retries, message_content, template_id, attachment_url,
        attachment_type, failure_reason, scheduled_for, sent_at, created_at, created_at,
        created_by, created_by_key, message_key, fingerprint, next_attempt_at, delivery,
        failure_kind, cancel_reason, attachment_name, attachment_size, attachment_sha256,
        invoice_id, expires_at, warning, resend_of, attachment_until, part, subject, failure_cause,
        placeholder_values::json, template_version
    FROM item
    ON CONFLICT (message_key) DO NOTHING
    RETURNING id
), owed AS (
    INSERT INTO whatsapp_outbox (
        message_id, account_id, step, class, due_at, open_since, posts, free_posts, looks,
        looks_unavailable,
        created_at
    )
    SELECT
        item.id, $48::smallint, item.step, item.class, item.due_at, item.open_since,
        -- A count that the whole group has not begun is an empty array.
        coalesce(item.posts, 0), coalesce(item.free_posts, 0), coalesce(item.looks, 0),
        coalesce(item.looks_unavailable, 0), item.created_at
    FROM item
    -- IS TRUE keeps this a hashed look-up: as a join it would be planned for a handful of rows.
    WHERE item.step IS NOT NULL AND (item.id IN (SELECT id FROM added)) IS TRUE
