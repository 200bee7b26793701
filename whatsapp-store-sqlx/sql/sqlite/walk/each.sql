    )) AS one
