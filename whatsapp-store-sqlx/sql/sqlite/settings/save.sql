-- Writes the settings ?1 whose rows are as they were seen, and only those; type and description of those
-- that are there stay.
INSERT INTO invoice_configurations (config_key, config_value, config_type, description)
SELECT
    item.value ->> 'key', item.value ->> 'value', item.value ->> 'kind', item.value ->> 'description'
FROM jsonb_each(?1) AS item
-- A row that was there and is gone is not as it was seen.
WHERE (item.value ->> 'was') IS NULL
    OR EXISTS (SELECT 1 FROM invoice_configurations AS c WHERE c.config_key = item.value ->> 'key')
ON CONFLICT (config_key) DO UPDATE SET config_value = excluded.config_value
WHERE coalesce(invoice_configurations.config_value, '') = (
    SELECT seen.value ->> 'was' FROM jsonb_each(?1) AS seen
    WHERE seen.value ->> 'key' = excluded.config_key
);
