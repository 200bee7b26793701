-- The attempts of account $4 under number key $1 that began at or after $2, day by day as their index
-- has them, and those that own one of the ids $3. Days without an attempt are leapt over.
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
SELECT
    a.message_id, a.no, a.whatsapp_number, encode(a.text_sha256, 'hex') AS text_sha256,
    a.gateway_host, a.key_mark, a.started_at, a.outcome, a.gateway_id
FROM (
    SELECT begun.*, ended.outcome, ended.gateway_id
    FROM day
    -- OFFSET 0 keeps this a look-up of each day, and the next ones of each attempt and of each id.
    CROSS JOIN LATERAL (
        SELECT *
        FROM whatsapp_attempts_begun AS attempt
        WHERE (attempt.started_at AT TIME ZONE 'UTC')::date = day.of
            AND attempt.number_key = $1
            AND attempt.started_at >= $2
            AND attempt.account_id = $4
        OFFSET 0
    ) AS begun
    LEFT JOIN LATERAL (
        SELECT outcome, gateway_id
        FROM whatsapp_attempts_ended AS attempt
        WHERE attempt.message_id = begun.message_id AND attempt.no = begun.no
        OFFSET 0
    ) AS ended ON TRUE
    UNION ALL
    SELECT begun.*, ended.outcome, ended.gateway_id
    FROM unnest($3::text[]) AS listed (id)
    CROSS JOIN LATERAL (
        SELECT *
        FROM whatsapp_attempts_ended AS attempt
        WHERE attempt.gateway_id = listed.id
            AND attempt.account_id = $4
        OFFSET 0
    ) AS ended
    CROSS JOIN LATERAL (
        SELECT *
        FROM whatsapp_attempts_begun AS attempt
        WHERE attempt.message_id = ended.message_id
            AND attempt.no = ended.no
            AND NOT (attempt.number_key = $1 AND attempt.started_at >= $2)
        OFFSET 0
    ) AS begun
) AS a;
