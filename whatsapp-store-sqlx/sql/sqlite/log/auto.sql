        trigger_type = 'auto' AND 'auto' IN (SELECT value FROM json_each(?4))
