-- The attempts of account ?4 under number key ?1 that began at or after ?2, and those that own one of
-- the ids in ?3. The first are found in their index alone.
SELECT
    a.message_id, a.no, a.whatsapp_number, lower(hex(a.text_sha256)) AS text_sha256,
    a.gateway_host, a.key_mark, a.started_at, a.outcome, a.gateway_id
FROM (
    SELECT message_id, no
    FROM whatsapp_attempts_begun
    WHERE substr(number_key, -1) = substr(?1, -1)
        AND started_at >= ?2
        AND +number_key = ?1 -- Without the sign it would be put into the expression above.
) AS recent
CROSS JOIN whatsapp_message_attempts AS a ON a.message_id = recent.message_id AND a.no = recent.no
WHERE a.account_id = ?4
UNION ALL
SELECT
    begun.message_id, begun.no, begun.whatsapp_number, lower(hex(begun.text_sha256)) AS text_sha256,
    begun.gateway_host, begun.key_mark, begun.started_at, ended.outcome, ended.gateway_id
FROM jsonb_each(?3) AS listed
CROSS JOIN whatsapp_attempts_ended AS ended
    ON ended.gateway_id = listed.value AND ended.account_id = ?4
CROSS JOIN whatsapp_attempts_begun AS begun
    ON begun.message_id = ended.message_id AND begun.no = ended.no
WHERE NOT (begun.number_key = ?1 AND begun.started_at >= ?2);
