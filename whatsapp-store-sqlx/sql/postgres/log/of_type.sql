            -- Of type $3.
            AND message_type = $3::text
