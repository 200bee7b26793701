        )
    )
) IS TRUE AS keep
FROM walked AS f;
