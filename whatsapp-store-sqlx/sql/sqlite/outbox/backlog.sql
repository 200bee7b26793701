-- How much there is to do in each of the lanes of the array ?1, of account ?2: due at ?3 and later, each up
-- to ?4.
SELECT
    wanted.value AS lane,
    (
        SELECT count(*)
        FROM (
            SELECT 1
            FROM whatsapp_outbox
            WHERE account_id = ?2 AND lane = wanted.value AND due_at <= ?3
            LIMIT +?4
        )
    ) AS due,
    (
        SELECT count(*)
        FROM (
            SELECT 1
            FROM whatsapp_outbox
            WHERE account_id = ?2 AND lane = wanted.value AND due_at > ?3
            LIMIT +?4
        )
    ) AS later
FROM json_each(?1) AS wanted;
