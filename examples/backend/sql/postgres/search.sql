-- Customers of whom a word of the name begins with each of these words ($1, a JSON array), or whose
-- number holds these digits ($2) in a row. Words of a name stand between blanks, (, [, ", - and /.
SELECT id, name, whatsapp_number
FROM customers
WHERE (
        jsonb_array_length($1::jsonb) > 0
        AND NOT EXISTS (
            SELECT FROM jsonb_array_elements_text($1::jsonb) AS item (word)
            WHERE strpos(' ' || translate(customers.sought_name, '(["-/', '     '), ' ' || word) = 0
        )
    )
    OR strpos(whatsapp_number, $2) > 0
ORDER BY name, id
LIMIT $3;
