    ORDER BY walked DESC, created_at DESC, id DESC
    LIMIT $9
)
