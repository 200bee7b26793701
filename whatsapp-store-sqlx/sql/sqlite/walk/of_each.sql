    CROSS JOIN json_each((
        SELECT json_group_array(json_array(row, id, created_at))
        FROM (
            SELECT rowid AS row, id, created_at
