-- Candidates whose subject begins with one of the spellings $12, in any order.
WITH found AS (
    SELECT log.*
    FROM unnest($12::text[]) AS wanted (spelling)
    CROSS JOIN LATERAL (
        SELECT
