            -- Of type $3 if that is given.
            AND ($3::text IS NULL OR message_type = $3)
