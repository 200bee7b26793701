    AS log
), page AS (
    SELECT id
    FROM found
