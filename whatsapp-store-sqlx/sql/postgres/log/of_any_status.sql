            -- Of a status of $2 if that is given.
            AND ($2::text[] IS NULL OR status = ANY ($2))
