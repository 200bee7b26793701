-- Candidates of one range, in any order.
WITH found AS (
    SELECT log.*
    FROM (
        SELECT
