-- The library's settings.
SELECT config_key, config_value
FROM invoice_configurations
WHERE starts_with(config_key, 'whatsapp_')
ORDER BY config_key;
