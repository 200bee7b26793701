            -- Of status ?2, and of type ?3 if that is given.
            AND status = ?2
            AND (?3 IS NULL OR message_type = ?3)
