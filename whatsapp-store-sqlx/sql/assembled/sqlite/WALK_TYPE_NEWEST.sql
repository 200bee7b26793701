-- WALK_TYPE_NEWEST, made of these files of sql/sqlite:
-- log/found.sql, log/of_type.sql, log/auto.sql, log/between.sql, log/and.sql, log/of_type.sql,
-- log/scheduled.sql, log/between.sql, log/and.sql, log/of_type.sql, log/manual.sql,
-- log/between.sql, log/newest.sql, walk/walked.sql, walk/columns.sql, walk/of_found.sql,
-- walk/kept.sql, log/outcome.sql, walk/needed.sql, log/replaced.sql, walk/end.sql.

-- The first ones of each trigger of ?4 along an index, merged: no more of them are read than are wanted.
-- Parameters: ?1 customer_id, ?2 status, ?3 message_type, ?4 trigger_type, ?5 low_at, ?6 low_id,
-- ?7 high_at, ?8 high_id, ?9 most.
WITH found AS (
    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_type
    WHERE
        -- Of type ?3.
        message_type = ?3
        AND
        -- Nothing where it is not asked for: it is no trigger then.
        trigger_type = (SELECT value FROM json_each(?4) WHERE value = 'auto')
        -- Between two points of the order, neither of them included.
        AND (created_at, id) > (?5, ?6)
        AND (created_at, id) < (?7, ?8)
    UNION ALL
    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_type
    WHERE
        -- Of type ?3.
        message_type = ?3
        AND
        -- Nothing where it is not asked for: it is no trigger then.
        trigger_type = (SELECT value FROM json_each(?4) WHERE value = 'scheduled')
        -- Between two points of the order, neither of them included.
        AND (created_at, id) > (?5, ?6)
        AND (created_at, id) < (?7, ?8)
    UNION ALL
    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_type
    WHERE
        -- Of type ?3.
        message_type = ?3
        AND
        -- Nothing where it is not asked for: it is no trigger then.
        trigger_type = (SELECT value FROM json_each(?4) WHERE value = 'manual')
        -- Between two points of the order, neither of them included.
        AND (created_at, id) > (?5, ?6)
        AND (created_at, id) < (?7, ?8)
    ORDER BY created_at DESC, id DESC
    LIMIT +?9
)
, walked AS (
    SELECT
        log.id, log.created_at, log.updated_at, log.customer_id, log.message_type, log.trigger_type,
        log.status, log.next_attempt_at, log.sent_at, log.delivery, log.failure_kind, log.held_for,
        log.subject, log.message_key
    FROM found
    CROSS JOIN whatsapp_message_logs AS log ON log.rowid = found.row
)
-- Which of them the filter shows. What is not asked is NULL, and what costs most comes last.
-- Parameters: ?1 customer_id, ?2 status, ?3 message_type, ?4 trigger_type, ?5 low_at, ?6 low_id,
-- ?7 high_at, ?8 high_id, ?9 most, ?10 held_for, ?11 delivery, ?12 spelling, ?13 key_prefix, ?14 needs,
-- ?15 failed_since, ?16 silent_before, ?17 account_id, ?18 outcome.
SELECT f.id, f.created_at, f.updated_at, (
    (f.created_at, f.id) > (?5, ?6)
    AND (f.created_at, f.id) < (?7, ?8)
    AND (?1 IS NULL OR f.customer_id IN (SELECT value FROM json_each(?1)))
    AND (?2 IS NULL OR f.status IN (SELECT value FROM json_each(?2)))
    AND (?3 IS NULL OR f.message_type = ?3)
    AND f.trigger_type IN (SELECT value FROM json_each(?4))
    AND (
        ?18 IS NULL
        OR
    -- What became of a message, in the word of `Outcome`.
    CASE status
        WHEN 'pending' THEN 'waiting'
        WHEN 'cancelled' THEN 'cancelled'
        WHEN 'sent' THEN coalesce(delivery, 'accepted')
        ELSE CASE
            WHEN next_attempt_at IS NOT NULL THEN 'retrying'
            WHEN failure_kind = 'undelivered' THEN 'undelivered'
            ELSE 'failed'
        END
    END
        IN (SELECT value FROM json_each(?18))
    )
    AND (?10 IS NULL OR f.held_for IN (SELECT value FROM json_each(?10)))
    AND (?11 IS NULL OR f.delivery IN (SELECT value FROM json_each(?11)))
    AND (
        ?12 IS NULL
        OR EXISTS (
            SELECT 1
            FROM json_each(?12) AS spelling
            WHERE f.subject >= spelling.value AND f.subject < spelling.value || char(1114111)
        )
    )
    AND (?13 IS NULL OR (f.message_key >= ?13 AND f.message_key < ?13 || char(1114111)))
    AND (
        ?14 IS NULL
        OR (
            'silent' IN (SELECT value FROM json_each(?14))
            AND f.status = 'sent'
            AND f.delivery = 'accepted'
            AND f.sent_at < ?16
            AND EXISTS (
                SELECT 1
                FROM whatsapp_outbox AS o
                WHERE o.message_id = f.id AND o.account_id = ?17 AND o.step = 'watch'
            )
        )
        OR (
            f.status = 'failed'
            AND f.next_attempt_at IS NULL
            AND f.updated_at >= ?15
            AND NOT EXISTS (
                SELECT 1
                FROM whatsapp_put_aside AS p
                WHERE p.message_id = f.id AND p.seen = f.updated_at
            )
            AND CASE f.failure_kind WHEN 'unknown_outcome' THEN 'unknown' ELSE 'failed' END
                IN (SELECT value FROM json_each(?14))
            AND NOT
-- Whether a message came later than the failed one `f`, took its place, and neither failed nor was withdrawn
-- by a person: under the plain key of a refused one, or as a resend.
(
    EXISTS (
        SELECT 1
        FROM whatsapp_message_logs AS c
        WHERE c.message_key = substr(f.message_key, 1, length(f.message_key) - 17)
            AND substr(f.message_key, -17, 1) = '!'
            AND c.status <> 'failed'
            AND coalesce(c.cancel_reason, '') <> 'manager'
    )
    OR EXISTS (
        SELECT 1
        FROM whatsapp_message_logs AS r
        WHERE r.resend_of = f.id
            AND r.status <> 'failed'
            AND coalesce(r.cancel_reason, '') <> 'manager'
    )
)
        )
    )
) IS TRUE AS keep
FROM walked AS f;
