-- ENQUEUE, made of these files of sql/postgres:
-- outbox/enqueue.sql, outbox/enqueued.sql.

-- Adds messages to the log, with what is owed to them; those whose key is taken are left out. One array
-- a column, one place a message. Each array is taken apart in the list of columns: one `unnest` of all of them in
-- FROM would first write each array down as a table of its own.
WITH item AS (
    SELECT
        unnest($1::uuid[]) AS id,
        unnest($2::uuid[]) AS customer_id,
        unnest($3::text[]) AS customer_key,
        unnest($4::text[]) AS customer_name,
        unnest($5::text[]) AS whatsapp_number,
        unnest($6::text[]) AS message_type,
        unnest($7::text[]) AS trigger_type,
        unnest($8::text[]) AS status,
        unnest($9::int[]) AS retry_count,
        unnest($10::int[]) AS max_retries,
        unnest($11::text[]) AS message_content,
        unnest($12::uuid[]) AS template_id,
        unnest($13::text[]) AS attachment_url,
        unnest($14::text[]) AS attachment_type,
        unnest($15::text[]) AS failure_reason,
        unnest($16::timestamptz[]) AS scheduled_for,
        unnest($17::timestamptz[]) AS sent_at,
        unnest($18::timestamptz[]) AS created_at,
        unnest($19::uuid[]) AS created_by,
        unnest($20::text[]) AS created_by_key,
        unnest($21::text[]) AS message_key,
        unnest($22::bytea[]) AS fingerprint,
        unnest($23::timestamptz[]) AS next_attempt_at,
        unnest($24::text[]) AS delivery,
        unnest($25::text[]) AS failure_kind,
        unnest($26::text[]) AS cancel_reason,
        unnest($27::text[]) AS attachment_name,
        unnest($28::bigint[]) AS attachment_size,
        unnest($29::text[]) AS attachment_sha256,
        unnest($30::text[]) AS invoice_id,
        unnest($31::timestamptz[]) AS expires_at,
        unnest($32::text[]) AS warning,
        unnest($33::uuid[]) AS resend_of,
        unnest($34::text[]) AS step,
        unnest($35::timestamptz[]) AS due_at,
        unnest($36::timestamptz[]) AS open_since,
        unnest($37::int[]) AS posts,
        unnest($38::int[]) AS free_posts,
        unnest($39::int[]) AS looks,
        unnest($40::int[]) AS looks_unavailable,
        unnest($41::timestamptz[]) AS attachment_until,
        unnest($42::text[]) AS part,
        unnest($43::text[]) AS subject,
        unnest($44::text[]) AS failure_cause,
        unnest($45::text[]) AS placeholder_values,
        unnest($46::int[]) AS template_version,
        unnest($47::text[]) AS class
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
        item.id, $48::smallint AS account_id, item.step, item.class, item.due_at, item.open_since,
        -- A count that the whole group has not begun is an empty array.
        coalesce(item.posts, 0), coalesce(item.free_posts, 0), coalesce(item.looks, 0),
        coalesce(item.looks_unavailable, 0), item.created_at
    FROM item
    -- IS TRUE keeps this a hashed look-up: as a join it would be planned for a handful of rows.
    WHERE item.step IS NOT NULL AND (item.id IN (SELECT id FROM added)) IS TRUE
-- Tells which ones were added.
)
SELECT id FROM added;
