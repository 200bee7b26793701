    AS outcome
    FROM newest
)
SELECT
    (SELECT count(*) FROM made) <= ?3 AS is_exact,
    count(*) FILTER (WHERE outcome = 'waiting') AS waiting,
    count(*) FILTER (WHERE outcome = 'retrying') AS retrying,
    count(*) FILTER (WHERE outcome = 'accepted') AS accepted,
    count(*) FILTER (WHERE outcome = 'delivered') AS delivered,
    count(*) FILTER (WHERE outcome = 'read') AS was_read,
    count(*) FILTER (WHERE outcome = 'undelivered') AS undelivered,
    count(*) FILTER (WHERE outcome = 'failed') AS failed,
    count(*) FILTER (WHERE outcome = 'cancelled') AS cancelled
FROM counted;
