    ORDER BY created_at, id
    LIMIT +?9
)
