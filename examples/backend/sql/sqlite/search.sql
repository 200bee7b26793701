-- Customers of whom a word of the name begins with each of these words ($1, a JSON array), or whose
-- number holds these digits ($2) in a row.
SELECT id, name, whatsapp_number
FROM (
    -- Words of a name stand between blanks, (, [, ", - and /.
    SELECT
        *,
        ' ' || replace(replace(replace(replace(replace(sought_name, '(', ' '), '[', ' '), '"', ' '), '-', ' '), '/', ' ')
            AS words
    FROM customers
) AS customers
WHERE (
        json_array_length($1) > 0
        AND NOT EXISTS (
            SELECT 1
            FROM json_each($1) AS word
            WHERE instr(customers.words, ' ' || word.value) = 0
        )
    )
    OR instr(whatsapp_number, $2) > 0
ORDER BY name, id
LIMIT $3;
