-- The library's settings. GLOB tells upper from lower case, and takes the underscore as it is.
SELECT config_key, config_value
FROM invoice_configurations
WHERE config_key GLOB 'whatsapp_*'
ORDER BY config_key;
