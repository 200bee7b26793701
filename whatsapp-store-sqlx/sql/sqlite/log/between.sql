        -- Between two points of the order, neither of them included.
        AND (created_at, id) > (?5, ?6)
        AND (created_at, id) < (?7, ?8)
