, asked AS (SELECT $2::boolean AS texts)
