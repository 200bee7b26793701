-- The specification's references (4.1, 4.2) to the host's tables, for hosts whose ids are UUIDs. The
-- host's tables are those of the search path, else those of `public`, as on Supabase.
--
-- Rows that are there already are checked too: where some name what does not exist, nothing is changed
-- and the error says how many they are.
--
-- A message that was refused because nobody knows its customer leaves its failed row and its notice (9.2)
-- here as well: its row refers to nobody, and keeps the customer's id as text.
DO $$
DECLARE
    customers REGCLASS := COALESCE(to_regclass('customers'), to_regclass('public.customers'));
    users     REGCLASS := to_regclass('auth.users');
    named     TEXT;
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
    IF NOT has_table_privilege(customers, 'SELECT') THEN
        RAISE EXCEPTION 'the role % may not read the table customers', current_user
            USING HINT = 'Grant it SELECT: unknown customers are told apart by it.';
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

    SELECT format('%I.%I', nspname, relname) INTO named
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE pg_class.oid = customers;
    -- Nothing that a caller sets decides which table that is: every name is spelled out.
    EXECUTE format(
        $function$
            CREATE FUNCTION whatsapp_refers_to_nobody() RETURNS TRIGGER
            LANGUAGE plpgsql SET search_path = ''
            AS $body$
                BEGIN
                    IF NOT EXISTS (SELECT FROM %s AS theirs WHERE theirs.id = NEW.customer_id) THEN
                        NEW.customer_key := COALESCE(NEW.customer_key, NEW.customer_id::TEXT);
                        NEW.customer_id := NULL;
                    END IF;
                    RETURN NEW;
                END
            $body$
        $function$,
        named
    );
END
$$;

ALTER TABLE whatsapp_message_logs
    ALTER COLUMN customer_id DROP NOT NULL,
    ADD CONSTRAINT whatsapp_message_logs_customer_known
        CHECK (customer_id IS NOT NULL OR customer_key IS NOT NULL);

CREATE TRIGGER whatsapp_refers_to_nobody
    BEFORE INSERT ON whatsapp_message_logs
    FOR EACH ROW
    WHEN (NEW.status = 'failed' AND NEW.failure_kind = 'invalid')
    EXECUTE FUNCTION whatsapp_refers_to_nobody();
