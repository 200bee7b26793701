            -- Bytes are compared, as the index has them. Nothing comes behind U+10FFFF.
            subject ~>=~ wanted.spelling
            AND subject ~<~ (wanted.spelling || chr(1114111))
