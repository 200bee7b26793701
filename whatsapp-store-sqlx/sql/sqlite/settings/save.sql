-- Writes the settings ?1 whose rows are as they were seen, and only those; type and description of those
-- that are there stay.
INSERT INTO invoice_configurations (config_key, config_value, config_type, description)
SELECT item.value ->> 0, item.value ->> 1, item.value ->> 3, item.value ->> 4
FROM jsonb_each(?1) AS item
-- A row that was there and is gone is not as it was seen.
WHERE (item.value ->> 2) IS NULL
    OR EXISTS (SELECT 1 FROM invoice_configurations AS c WHERE c.config_key = item.value ->> 0)
ON CONFLICT (config_key) DO UPDATE SET config_value = excluded.config_value
WHERE coalesce(invoice_configurations.config_value, '') = (
    SELECT seen.value ->> 2 FROM jsonb_each(?1) AS seen
    WHERE seen.value ->> 0 = excluded.config_key
);
