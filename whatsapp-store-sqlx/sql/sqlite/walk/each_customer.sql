-- Of each customer of ?1 the first ones, along their index alone, and of all these the first.
WITH found AS (
    SELECT one.value ->> 0 AS row, one.value ->> 1 AS id, one.value ->> 2 AS created_at
    FROM json_each(?1) AS cause
