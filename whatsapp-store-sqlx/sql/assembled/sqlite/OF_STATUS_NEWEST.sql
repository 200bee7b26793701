-- OF_STATUS_NEWEST, made of these files of sql/sqlite:
-- log/found.sql, log/of_status.sql, log/auto.sql, log/between.sql, log/and.sql, log/of_status.sql,
-- log/scheduled.sql, log/between.sql, log/and.sql, log/of_status.sql, log/manual.sql,
-- log/between.sql, log/newest.sql, log/page.sql, log/messages.sql.

-- The first ones of each trigger of ?4 along an index, merged: no more of them are read than are wanted.
-- Parameters: ?1 customer_id, ?2 status, ?3 message_type, ?4 trigger_type, ?5 low_at, ?6 low_id,
-- ?7 high_at, ?8 high_id, ?9 most.
WITH found AS (
    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_status
    WHERE
        -- Of the one status of the array ?2.
        status = json_extract(?2, '$[0]')
        AND
        -- Nothing where it is not asked for: it is no trigger then.
        trigger_type = (SELECT value FROM json_each(?4) WHERE value = 'auto')
        -- Between two points of the order, neither of them included.
        AND (created_at, id) > (?5, ?6)
        AND (created_at, id) < (?7, ?8)
    UNION ALL
    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_status
    WHERE
        -- Of the one status of the array ?2.
        status = json_extract(?2, '$[0]')
        AND
        -- Nothing where it is not asked for: it is no trigger then.
        trigger_type = (SELECT value FROM json_each(?4) WHERE value = 'scheduled')
        -- Between two points of the order, neither of them included.
        AND (created_at, id) > (?5, ?6)
        AND (created_at, id) < (?7, ?8)
    UNION ALL
    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_status
    WHERE
        -- Of the one status of the array ?2.
        status = json_extract(?2, '$[0]')
        AND
        -- Nothing where it is not asked for: it is no trigger then.
        trigger_type = (SELECT value FROM json_each(?4) WHERE value = 'manual')
        -- Between two points of the order, neither of them included.
        AND (created_at, id) > (?5, ?6)
        AND (created_at, id) < (?7, ?8)
    ORDER BY created_at DESC, id DESC
    LIMIT +?9
)
, page AS (SELECT id FROM found)
-- Whole rows of the log, with what is owed, for the ids of a page.
SELECT
    l.id, l.customer_id, l.customer_name, l.whatsapp_number, l.message_type, l.trigger_type,
    l.status, l.retry_count, l.max_retries, l.message_content, l.placeholder_values,
    l.template_id, l.template_version, l.attachment_url,
    l.attachment_type, l.failure_cause, l.failure_reason, l.api_response, l.scheduled_for,
    l.sent_at, l.created_at,
    l.updated_at, l.created_by, l.message_key, lower(hex(l.fingerprint)) AS fingerprint, l.next_attempt_at, l.delivery,
    l.failure_kind, l.cancel_reason, l.held_for, l.explanation, l.gateway_id, l.attachment_name, l.attachment_size,
    l.attachment_sha256, l.attachment_until, l.invoice_id, l.expires_at, l.warning, l.subject,
    l.resend_of, l.part,
    o.step, o.class, o.due_at, o.open_since, o.open_base, o.open_elapsed, o.look_base, o.look_elapsed,
    o.posts, o.free_posts, o.looks, o.looks_unavailable
FROM page
CROSS JOIN whatsapp_message_logs AS l ON l.id = page.id
LEFT JOIN whatsapp_outbox AS o ON o.message_id = l.id;
