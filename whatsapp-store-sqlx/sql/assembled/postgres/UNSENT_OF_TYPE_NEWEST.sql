-- UNSENT_OF_TYPE_NEWEST, made of these files of sql/postgres:
-- log/ranges.sql, log/of_type.sql, log/of_unsent.sql, log/between.sql, log/newest.sql,
-- log/merged.sql, log/newest.sql, log/messages.sql.

-- Messages with triggers $4, of a customer of $1 if that is given: the first ones of each trigger, along their
-- index, and of all these the first.
-- Parameters: $1 customer_id, $2 status, $3 message_type, $4 trigger_type, $5 low_at, $6 low_id,
-- $7 high_at, $8 high_id, $9 most.
WITH found AS (
    SELECT log.id, log.created_at
    FROM unnest($4::text[]) AS cause (trigger_type)
    CROSS JOIN LATERAL (
        SELECT id, created_at
        FROM whatsapp_message_logs
        WHERE trigger_type = cause.trigger_type
            AND ($1::uuid[] IS NULL OR customer_id = ANY ($1))
            -- Of type $3.
            AND message_type = $3::text
            -- Of the one status of $2, which is failed or cancelled.
            AND unsent = ($2::text[])[1]
        -- Between two points of the order, neither of them included; NULL is no point.
        AND (created_at, id) > (coalesce($5, '-infinity'::timestamptz), $6::uuid)
        AND (created_at, id) < (coalesce($7, 'infinity'::timestamptz), $8::uuid)
    ORDER BY created_at DESC, id DESC
    LIMIT $9
)
    AS log
), page AS (
    SELECT id
    FROM found
    ORDER BY created_at DESC, id DESC
    LIMIT $9
)
-- Whole rows of the log, with what is owed, for the ids of a page: each row is looked up, whatever the
-- planner takes the rest to cost. OFFSET 0 makes it so.
SELECT
    l.id, coalesce(l.customer_key, l.customer_id::text) AS customer_id, l.customer_name,
    l.whatsapp_number, l.message_type, l.trigger_type, l.status, l.retry_count, l.max_retries,
    l.message_content, l.placeholder_values::text AS placeholder_values, l.template_id, l.template_version,
    l.attachment_url, l.attachment_type, l.failure_cause, l.failure_reason,
    l.api_response::text AS api_response, l.scheduled_for, l.sent_at, l.created_at, l.updated_at,
    coalesce(l.created_by_key, l.created_by::text) AS created_by, l.message_key, encode(l.fingerprint, 'hex') AS fingerprint,
    l.next_attempt_at, l.delivery, l.failure_kind, l.cancel_reason, l.held_for, l.explanation, l.gateway_id,
    l.attachment_name, l.attachment_size, l.attachment_sha256, l.attachment_until, l.invoice_id, l.expires_at,
    l.warning, l.subject, l.resend_of, l.part,
    o.step, o.class, o.due_at, o.open_since, o.open_base, o.open_elapsed, o.look_base, o.look_elapsed,
    o.posts, o.free_posts, o.looks, o.looks_unavailable
FROM page
CROSS JOIN LATERAL (
    SELECT * FROM whatsapp_message_logs AS log WHERE log.id = page.id OFFSET 0
) AS l
LEFT JOIN LATERAL (
    SELECT * FROM whatsapp_outbox AS owed WHERE owed.message_id = page.id OFFSET 0
) AS o ON TRUE;
