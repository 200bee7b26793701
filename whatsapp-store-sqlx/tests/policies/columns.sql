-- The columns of $1 that can be written, and whether each is part of the key, or of no index that
-- must be unique.
SELECT quote_ident(attname) AS name,
    format_type(atttypid, atttypmod) AS type,
    EXISTS (
        SELECT FROM pg_index
        WHERE indrelid = attrelid AND indisprimary AND attnum = ANY (indkey)
    ) AS is_key,
    NOT EXISTS (
        SELECT FROM pg_index
        WHERE indrelid = attrelid AND indisunique AND attnum = ANY (indkey)
    ) AS is_free
FROM pg_attribute
WHERE attrelid = $1::REGCLASS AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
ORDER BY attnum
