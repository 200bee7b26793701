    AS log
), walked AS (
    SELECT *
    FROM found
