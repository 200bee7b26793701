, walked AS (
    SELECT
