, page AS (SELECT id FROM found)
