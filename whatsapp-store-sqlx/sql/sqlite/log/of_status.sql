            -- Of the one status of the array ?2, and of type ?3 if that is given.
            AND status = json_extract(?2, '$[0]')
            AND (?3 IS NULL OR message_type = ?3)
