-- The message of the newest attempt of account $3 under number key $1 that began at or after $2: that of each
-- day, as their index has them, and of these the newest. Days without an attempt are leapt over.
WITH RECURSIVE day (of) AS (
    (
        SELECT (started_at AT TIME ZONE 'UTC')::date
        FROM whatsapp_attempts_begun
        WHERE (started_at AT TIME ZONE 'UTC')::date >= ($2::timestamptz AT TIME ZONE 'UTC')::date
        ORDER BY 1
        LIMIT 1
    )
    UNION ALL
    SELECT (
        SELECT (later.started_at AT TIME ZONE 'UTC')::date
        FROM whatsapp_attempts_begun AS later
        WHERE (later.started_at AT TIME ZONE 'UTC')::date > day.of
        ORDER BY 1
        LIMIT 1
    )
    FROM day
    WHERE day.of IS NOT NULL
)
SELECT begun.message_id
FROM day
CROSS JOIN LATERAL (
    SELECT message_id, started_at
    FROM whatsapp_attempts_begun AS attempt
    WHERE (attempt.started_at AT TIME ZONE 'UTC')::date = day.of
        AND attempt.number_key = $1
        AND attempt.started_at >= $2
        AND attempt.account_id = $3
    ORDER BY attempt.started_at DESC
    LIMIT 1
) AS begun
ORDER BY begun.started_at DESC, begun.message_id DESC
LIMIT 1;
