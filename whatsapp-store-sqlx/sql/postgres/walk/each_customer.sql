-- Candidates of each customer of $1, along their index: the first ones of each, and of all these the first.
WITH found AS (
    SELECT log.*
    FROM unnest($1::uuid[]) AS cause (customer_id)
    CROSS JOIN LATERAL (
        SELECT
