-- The messages of the array ?1, as far as they are there.
WITH page AS (SELECT value AS id FROM json_each(?1))
