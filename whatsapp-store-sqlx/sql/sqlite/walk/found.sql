WITH found AS (
    SELECT
