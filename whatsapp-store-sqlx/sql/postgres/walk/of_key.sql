            -- Nothing comes behind U+10FFFF.
            message_key >= $13
            AND message_key < ($13 || chr(1114111))
