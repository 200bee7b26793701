            -- Of status $2, which is failed or cancelled.
            AND unsent = $2::text
