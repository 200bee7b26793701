-- The messages $1, as far as they are there.
WITH page AS (SELECT unnest($1::uuid[]) AS id)
