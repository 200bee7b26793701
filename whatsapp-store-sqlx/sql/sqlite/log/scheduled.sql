        trigger_type = 'scheduled' AND 'scheduled' IN (SELECT value FROM json_each(?4))
