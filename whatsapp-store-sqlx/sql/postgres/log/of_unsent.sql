            -- Of the one status of $2, which is failed or cancelled.
            AND unsent = ($2::text[])[1]
