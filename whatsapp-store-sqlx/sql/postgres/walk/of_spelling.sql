            -- Bytes are compared, as the index has them. Nothing comes behind U+10FFFF.
            subject ~>=~ spelling.begins
            AND subject ~<~ (spelling.begins || chr(1114111))
