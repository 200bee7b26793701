-- How many messages of account $1 are owed what: those with an open attempt are in doubt.
SELECT
    count(*) FILTER (WHERE step <> 'watch' AND open_since IS NULL) AS waiting,
    count(*) FILTER (WHERE step <> 'watch' AND open_since IS NOT NULL) AS in_doubt,
    count(*) FILTER (WHERE step = 'watch') AS watched
FROM whatsapp_outbox
WHERE account_id = $1;
