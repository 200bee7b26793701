-- A message that was refused because nobody knows its customer leaves its failed row and its notice
-- (9.2) under the references as well: it refers to nobody, and keeps the customer's id as text.
DO $$
DECLARE
    customers REGCLASS := COALESCE(to_regclass('customers'), to_regclass('public.customers'));
    named     TEXT;
BEGIN
    IF NOT has_table_privilege(customers, 'SELECT') THEN
        RAISE EXCEPTION 'the role % may not read the table customers', current_user
            USING HINT = 'Grant it SELECT: unknown customers are told apart by it.';
    END IF;
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
