-- Writes the settings with keys $1 and values $2 whose rows are as they were seen ($3), and only those; type
-- ($4) and description ($5) of those that are there stay. In the order of their keys, so that no two of
-- these wait for each other.
WITH item AS (
    SELECT *
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
        AS item (config_key, config_value, was, config_type, description)
)
INSERT INTO invoice_configurations (config_key, config_value, config_type, description)
SELECT item.config_key, item.config_value, item.config_type, item.description
FROM item
-- A row that was there and is gone is not as it was seen.
WHERE item.was IS NULL
    OR EXISTS (SELECT FROM invoice_configurations AS c WHERE c.config_key = item.config_key)
ORDER BY item.config_key
ON CONFLICT (config_key) DO UPDATE SET config_value = excluded.config_value
WHERE coalesce(invoice_configurations.config_value, '') = (
    SELECT seen.was FROM item AS seen WHERE seen.config_key = excluded.config_key
);
