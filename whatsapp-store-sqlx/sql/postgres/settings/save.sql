-- Writes settings, keys $1 with values $2; type and description of those that are there stay.
INSERT INTO invoice_configurations (config_key, config_value, config_type)
SELECT item.config_key, item.config_value, 'string'
FROM unnest($1::text[], $2::text[]) AS item (config_key, config_value)
ON CONFLICT (config_key) DO UPDATE SET config_value = excluded.config_value;
