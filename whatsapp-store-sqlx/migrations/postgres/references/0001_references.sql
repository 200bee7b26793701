-- The specification's references (4.1, 4.2) to the host's tables, for hosts whose ids are UUIDs. The
-- host's tables are those of the search path, else those of `public`, as on Supabase.
--
-- Rows that are there already are checked too: where one names what does not exist, nothing is changed
-- and the error says how many there are.
DO $$
DECLARE
    customers REGCLASS := COALESCE(to_regclass('customers'), to_regclass('public.customers'));
    users     REGCLASS := to_regclass('auth.users');
    id_type   TEXT;
    orphans   BIGINT;
    reference RECORD;
BEGIN
    IF customers IS NULL THEN
        RAISE EXCEPTION 'the references need a table customers, and there is none'
            USING HINT = 'Make it first, or leave the references out.';
    END IF;
    IF users IS NULL THEN
        RAISE EXCEPTION 'the references need a table auth.users, and there is none'
            USING HINT = 'It is part of Supabase. Elsewhere, leave the references out.';
    END IF;

    FOR reference IN
        SELECT * FROM (VALUES
            ('whatsapp_message_logs', 'customer_id', customers, ''),
            ('whatsapp_message_logs', 'created_by', users, ''),
            ('whatsapp_templates', 'created_by', users, ''),
            -- A message outlives the template that it was made from; it then forgets which it was.
            ('whatsapp_message_logs', 'template_id', 'whatsapp_templates'::REGCLASS, 'ON DELETE SET NULL')
        ) AS wanted (owner, field, target, on_delete)
    LOOP
        SELECT format_type(atttypid, NULL) INTO id_type
        FROM pg_attribute
        WHERE attrelid = reference.target AND attname = 'id' AND NOT attisdropped;
        IF id_type IS DISTINCT FROM 'uuid' THEN
            RAISE EXCEPTION '%.id is not a UUID, so %.% cannot refer to it',
                reference.target, reference.owner, reference.field
                USING HINT = 'Leave the references out.';
        END IF;

        EXECUTE format(
            'ALTER TABLE %I ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %s (id) %s NOT VALID',
            reference.owner, reference.owner || '_' || reference.field || '_fkey',
            reference.field, reference.target, reference.on_delete
        );
        BEGIN
            EXECUTE format(
                'ALTER TABLE %I VALIDATE CONSTRAINT %I',
                reference.owner, reference.owner || '_' || reference.field || '_fkey'
            );
        EXCEPTION WHEN foreign_key_violation THEN
            EXECUTE format(
                'SELECT count(*) FROM %I AS mine WHERE mine.%I IS NOT NULL '
                'AND NOT EXISTS (SELECT FROM %s AS theirs WHERE theirs.id = mine.%I)',
                reference.owner, reference.field, reference.target, reference.field
            ) INTO orphans;
            RAISE EXCEPTION '% rows of % have a % that is not in %',
                orphans, reference.owner, reference.field, reference.target
                USING HINT = 'Mend or remove these rows, or leave the references out.';
        END;
    END LOOP;
END
$$;
