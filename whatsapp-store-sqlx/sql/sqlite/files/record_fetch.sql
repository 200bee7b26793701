-- Takes down that the file of message ?1 was fetched at ?2, ?3 bytes of it, on the attempt to send
-- it that began last before; the fetch of the most bytes counts.
UPDATE whatsapp_attempts_begun
SET fetched_at = ?2,
    fetched_bytes = ?3
WHERE message_id = ?1
    AND no = (
        SELECT max(no)
        FROM whatsapp_attempts_begun
        WHERE message_id = ?1
            AND part <> 'text'
            AND started_at <= ?2
    )
    AND coalesce(fetched_bytes < ?3, true);
