        LIMIT +?9
    )
