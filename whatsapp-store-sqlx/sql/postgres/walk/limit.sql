        LIMIT $9
    )
