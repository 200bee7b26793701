        trigger_type = 'manual' AND 'manual' IN (SELECT value FROM json_each(?4))
