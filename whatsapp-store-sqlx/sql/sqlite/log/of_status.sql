            -- Of status ?2.
            AND status = ?2
