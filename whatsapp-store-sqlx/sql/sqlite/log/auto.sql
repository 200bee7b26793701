        -- Nothing where it is not asked for: it is no trigger then.
        trigger_type = (SELECT value FROM json_each(?4) WHERE value = 'auto')
