-- WALK_UNSENT_OF_TYPE_NEWEST, made of these files of sql/postgres:
-- walk/each_trigger.sql, walk/columns.sql, walk/of_unsent_type.sql, log/between.sql,
-- log/newest.sql, walk/merged.sql, log/newest.sql, walk/kept.sql, log/outcome.sql, walk/needed.sql,
-- log/replaced.sql, walk/end.sql.

-- Candidates of each trigger of $4, along their index: the first ones of each, and of all these the first.
WITH found AS (
    SELECT log.*
    FROM unnest($4::text[]) AS cause (trigger_type)
    CROSS JOIN LATERAL (
        SELECT
            -- What a filter may ask for: read while the row is at hand.
            id, created_at, updated_at, customer_id, message_type, trigger_type, status, next_attempt_at,
            sent_at, delivery, failure_kind, held_for, subject, message_key
        FROM whatsapp_message_logs
        WHERE
            -- Failed or cancelled: the one status that is asked for; and of type $3.
            unsent = ($2::text[])[1]
            AND message_type = $3::text
            AND trigger_type = cause.trigger_type
        -- Between two points of the order, neither of them included; NULL is no point.
        AND (created_at, id) > (coalesce($5, '-infinity'::timestamptz), $6::uuid)
        AND (created_at, id) < (coalesce($7, 'infinity'::timestamptz), $8::uuid)
    ORDER BY created_at DESC, id DESC
    LIMIT $9
)
    AS log
), walked AS (
    SELECT *
    FROM found
    ORDER BY created_at DESC, id DESC
    LIMIT $9
)
-- Which of them the filter shows. What is not asked is NULL, and what costs most comes last.
-- Parameters: $1 customer_id, $2 status, $3 message_type, $4 trigger_type, $5 low_at, $6 low_id,
-- $7 high_at, $8 high_id, $9 most, $10 held_for, $11 delivery, $12 spelling, $13 key_prefix, $14 needs,
-- $15 failed_since, $16 silent_before, $17 account_id, $18 outcome.
SELECT f.id, f.created_at, f.updated_at, (
    (f.created_at, f.id) > (coalesce($5, '-infinity'::timestamptz), $6::uuid)
    AND (f.created_at, f.id) < (coalesce($7, 'infinity'::timestamptz), $8::uuid)
    AND ($1::uuid[] IS NULL OR f.customer_id = ANY ($1))
    AND ($2::text[] IS NULL OR f.status = ANY ($2))
    AND ($3::text IS NULL OR f.message_type = $3)
    AND f.trigger_type = ANY ($4::text[])
    AND (
        $18::text[] IS NULL
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
        = ANY ($18)
    )
    AND ($10::text[] IS NULL OR f.held_for = ANY ($10))
    AND ($11::text[] IS NULL OR f.delivery = ANY ($11))
    AND ($12::text[] IS NULL OR f.subject ^@ ANY ($12))
    AND ($13::text IS NULL OR f.message_key ^@ $13)
    AND (
        $14::text[] IS NULL
        OR (
            'silent' = ANY ($14)
            AND f.status = 'sent'
            AND f.delivery = 'accepted'
            AND f.sent_at < $16::timestamptz
            AND EXISTS (
                SELECT 1
                -- OFFSET 0 keeps this a look-up by the message.
                FROM (
                    SELECT account_id, lane FROM whatsapp_outbox WHERE message_id = f.id OFFSET 0
                ) AS o
                WHERE o.account_id = $17::smallint AND o.lane = 'watch'
            )
        )
        OR (
            f.status = 'failed'
            AND f.next_attempt_at IS NULL
            AND f.updated_at >= $15::timestamptz
            AND NOT EXISTS (
                SELECT 1
                FROM whatsapp_put_aside AS p
                WHERE p.message_id = f.id AND p.seen = f.updated_at
                OFFSET 0
            )
            AND CASE f.failure_kind WHEN 'unknown_outcome' THEN 'unknown' ELSE 'failed' END = ANY ($14)
            AND NOT
-- Whether a message came later than the failed one `f`, took its place, and neither failed nor was withdrawn
-- by a person: under the plain key of a refused one, or as a resend. OFFSET 0 keeps these look-ups.
(
    EXISTS (
        SELECT 1
        FROM whatsapp_message_logs AS c
        WHERE c.message_key = left(f.message_key, -17)
            AND left(right(f.message_key, 17), 1) = '!'
            AND c.status <> 'failed'
            AND coalesce(c.cancel_reason, '') <> 'manager'
        OFFSET 0
    )
    OR EXISTS (
        SELECT 1
        FROM whatsapp_message_logs AS r
        WHERE r.resend_of = f.id
            AND r.status <> 'failed'
            AND coalesce(r.cancel_reason, '') <> 'manager'
        OFFSET 0
    )
)
        )
    )
) IS TRUE AS keep
FROM walked AS f;
