            -- Of type ?3, and of status ?2 if that is given.
            AND message_type = ?3
            AND (?2 IS NULL OR status = ?2)
