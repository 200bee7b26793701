-- LONGEST_DUE_BUT, made of these files of sql/sqlite:
-- outbox/claimable.sql, outbox/excluding.sql, outbox/longest_due.sql.

-- What a worker needs to know of messages that may be claimed; which of them follows. A lease that
-- ran out is one expired lease more.
-- Parameters: ?1 lane, ?2 now, ?3 lease_horizon, ?4 after_due_at, ?5 after_id, ?6 lease_base, ?7 elapsed,
-- ?8 ends_horizon, ?9 most, ?10 account_id.
SELECT
    l.status, l.part, l.retry_count, l.next_attempt_at, l.sent_at, l.delivery, l.failure_kind,
    l.failure_reason, l.cancel_reason,
    o.step, o.class, o.due_at, o.open_since, o.open_base, o.open_elapsed, o.look_base, o.look_elapsed,
    o.posts, o.free_posts, o.looks, o.looks_unavailable, o.message_id, o.expired_leases + (o.lease_until IS NOT NULL) AS expired_leases,
    l.message_key, l.message_type, l.customer_id, l.whatsapp_number,
    l.message_content, l.placeholder_values, l.template_id, l.template_version,
    l.attachment_url, l.invoice_id, l.created_at, l.scheduled_for, l.expires_at, l.max_retries, l.gateway_id,
    -- Read where there is a failure, or a file.
    l.failure_cause, l.attachment_type, l.attachment_name, l.attachment_size, l.attachment_sha256,
    l.attachment_until
FROM whatsapp_outbox AS o
CROSS JOIN whatsapp_message_logs AS l ON l.id = o.message_id
-- Of account ?10 and lane ?1, due at ?2, behind the point (?4, ?5). A lease of time base ?6 has run out
-- by elapsed time, which is ?7 now; one of another base by the wall clock. A lease beyond ?8, or ?3,
-- was given under a clock that was set back since, and counts as run out.
WHERE o.account_id = ?10
    AND o.lane = ?1
    AND o.due_at <= ?2
    AND (o.due_at, o.message_id) > (?4, ?5)
    AND (
        o.lease_until IS NULL
        OR CASE
            WHEN o.lease_base = ?6 THEN o.lease_ends <= ?7 OR o.lease_ends > ?8
            ELSE o.lease_until <= ?2 OR o.lease_until > ?3
        END
    )
    -- None of the array ?11, which the claimer has in flight.
    -- Parameters: ?11 excluding.
    AND o.message_id NOT IN (SELECT value FROM json_each(?11))
ORDER BY o.due_at, o.message_id
LIMIT +?9;
