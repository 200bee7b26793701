-- The message of the newest attempt of account ?3 under number key ?1 that began at or after ?2: of the last
-- 100,000 attempts whose keys end alike, which their index alone tells.
SELECT a.message_id
FROM (
    SELECT near.message_id, near.no, near.started_at
    FROM (
        SELECT message_id, no, started_at, number_key
        FROM whatsapp_attempts_begun
        WHERE substr(number_key, -1) = substr(?1, -1) AND started_at >= ?2
        ORDER BY started_at DESC
        LIMIT 100000
    ) AS near
    WHERE near.number_key = ?1
) AS recent
CROSS JOIN whatsapp_attempts_begun AS a ON a.message_id = recent.message_id AND a.no = recent.no
WHERE a.account_id = ?3
ORDER BY recent.started_at DESC, a.message_id DESC
LIMIT 1;
