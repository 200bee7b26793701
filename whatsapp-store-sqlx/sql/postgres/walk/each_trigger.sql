-- Candidates of each trigger of $4, along their index: the first ones of each, and of all these the first.
WITH found AS (
    SELECT log.*
    FROM unnest($4::text[]) AS cause (trigger_type)
    CROSS JOIN LATERAL (
        SELECT
