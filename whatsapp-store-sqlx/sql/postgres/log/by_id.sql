-- Message $1 alone.
WITH page AS (SELECT $1::uuid AS id)
