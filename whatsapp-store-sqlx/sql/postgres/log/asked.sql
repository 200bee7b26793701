, asked AS (SELECT $10::boolean AS texts)
