    ORDER BY walked, created_at, id
    LIMIT $9
)
