, asked AS (SELECT ?10 AS texts)
