-- Of each reason to wait of ?10 and each trigger of ?4 the first ones, along their index alone, and of all these
-- the first.
WITH found AS (
    SELECT one.value ->> 0 AS row, one.value ->> 1 AS id, one.value ->> 2 AS created_at
    FROM json_each(?10) AS reason
    CROSS JOIN json_each(?4) AS cause
