-- Gives the template $1 the version $2. When it changed stays: which one is the default must not.
UPDATE whatsapp_templates SET version = $2 WHERE id = $1;
