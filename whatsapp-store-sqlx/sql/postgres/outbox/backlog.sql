-- How much there is to do in each of the lanes $1 of account $2: due at $3 and later, each up to $4.
SELECT
    wanted.lane,
    (
        SELECT count(*)
        FROM (
            SELECT
            FROM whatsapp_outbox AS o
            WHERE o.account_id = $2 AND o.lane = wanted.lane AND o.due_at <= $3
            LIMIT $4
        ) AS due
    ) AS due,
    (
        SELECT count(*)
        FROM (
            SELECT
            FROM whatsapp_outbox AS o
            WHERE o.account_id = $2 AND o.lane = wanted.lane AND o.due_at > $3
            LIMIT $4
        ) AS later
    ) AS later
FROM unnest($1::text[]) AS wanted (lane);
