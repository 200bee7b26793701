        LIMIT ?9
    )
