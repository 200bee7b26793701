), walked AS (
    SELECT *
    FROM found
