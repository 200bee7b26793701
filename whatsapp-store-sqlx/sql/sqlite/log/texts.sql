, asked AS (SELECT ?2 AS texts)
