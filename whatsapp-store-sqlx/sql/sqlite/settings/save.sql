-- Writes settings; type and description of those that are there stay.
INSERT INTO invoice_configurations (config_key, config_value, config_type)
SELECT item.value ->> 'key', item.value ->> 'value', 'string'
FROM jsonb_each(?1) AS item
WHERE true -- Without it the parser takes ON CONFLICT for the condition of a join.
ON CONFLICT (config_key) DO UPDATE SET config_value = excluded.config_value;
