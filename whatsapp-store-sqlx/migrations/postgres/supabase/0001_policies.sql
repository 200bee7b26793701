-- Row-level security for Supabase, where everybody's browser may ask the database (11.1). Managers
-- read, and manage templates and settings; the library and `service_role` do the rest; nobody else
-- finds anything. Grants say who may try, policies say with which rows, and both must allow it:
-- policies alone do not cover TRUNCATE, and Supabase grants everything on a new table to everybody.
--
-- A later migration that adds a table adds its row-level security in a later file of this folder.

-- What this builds on, so that a missing piece is named.
DO $$
DECLARE
    missing TEXT;
BEGIN
    SELECT string_agg(name, ', ') INTO missing
    FROM unnest(ARRAY['anon', 'authenticated', 'service_role']) AS name
    WHERE to_regrole(name) IS NULL;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'row-level security needs the roles of Supabase, and there is no %', missing;
    END IF;
    IF to_regprocedure('auth.uid()') IS NULL THEN
        RAISE EXCEPTION 'row-level security needs the function auth.uid(), which is part of Supabase';
    END IF;
    IF COALESCE(to_regclass('user_management'), to_regclass('public.user_management')) IS NULL THEN
        RAISE EXCEPTION 'row-level security needs a table user_management (user_id, role, status)'
            USING HINT = 'It says who is a manager; make it first.';
    END IF;
    IF NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) THEN
        RAISE EXCEPTION 'the role % would not see its own rows under row-level security', current_user
            USING HINT = 'Connect as a role with BYPASSRLS, as Supabase''s postgres is.';
    END IF;
END
$$;

-- Whether the one who asks is an active manager or administrator. It reads user_management with its
-- owner's rights, so that nobody else needs any on that table. Nothing that a caller sets decides
-- which table that is: the search path is fixed, and every name in it is spelled out.
DO $make$
DECLARE
    users TEXT;
BEGIN
    SELECT format('%I.%I', nspname, relname) INTO users
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE pg_class.oid =
        COALESCE(to_regclass('user_management'), to_regclass('public.user_management'));
    EXECUTE format(
        $function$
            CREATE FUNCTION whatsapp_is_manager() RETURNS BOOLEAN
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
            AS $body$
                SELECT EXISTS (
                    SELECT FROM %s AS person
                    WHERE person.user_id = auth.uid()
                        AND person.role::TEXT IN ('manager', 'admin')
                        AND person.status::TEXT = 'active'
                )
            $body$
        $function$,
        users
    );
END
$make$;

REVOKE ALL ON FUNCTION whatsapp_is_manager() FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION whatsapp_is_manager() TO authenticated, service_role;

-- Every table alike: closed, also to its owner, then open to `service_role`, row by row. On Supabase
-- that role passes policies by; the policy is for where it does not.
DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'whatsapp_message_logs', 'whatsapp_attempts_begun', 'whatsapp_attempts_ended', 'whatsapp_outbox',
        'whatsapp_notices', 'whatsapp_put_aside', 'whatsapp_digests', 'whatsapp_account',
        'whatsapp_account_events', 'whatsapp_planner_runs', 'whatsapp_reminder_steps', 'whatsapp_mutes', 'whatsapp_campaigns',
        'whatsapp_campaign_recipients', 'whatsapp_campaign_slots', 'whatsapp_daily', 'whatsapp_bulk',
        'whatsapp_bulk_items', 'whatsapp_templates', 'whatsapp_migrations'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, anon, authenticated, service_role', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO service_role', name);
        EXECUTE format(
            'CREATE POLICY "The service role may change every row" ON %I '
            'FOR ALL TO service_role USING (true) WITH CHECK (true)', name
        );
    END LOOP;
END
$$;

-- What is written once: read it and add to it, and nothing else, whoever it is.
DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY['whatsapp_audit', 'whatsapp_template_versions'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, anon, authenticated, service_role', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO service_role', name);
        EXECUTE format('GRANT SELECT ON %I TO authenticated', name);
        EXECUTE format(
            'CREATE POLICY "The service role may read every row" ON %I '
            'FOR SELECT TO service_role USING (true)', name
        );
        EXECUTE format(
            'CREATE POLICY "The service role may add rows" ON %I '
            'FOR INSERT TO service_role WITH CHECK (true)', name
        );
        EXECUTE format(
            'CREATE POLICY "Managers can view every row" ON %I '
            'FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()))', name
        );
    END LOOP;
END
$$;

-- What managers see. They change nothing of it: only the library knows what may follow on what. The
-- function is asked once a statement and not once a row, because it stands in a query of its own.
GRANT SELECT ON whatsapp_message_logs, whatsapp_attempts_begun, whatsapp_attempts_ended,
    whatsapp_outbox, whatsapp_notices, whatsapp_put_aside, whatsapp_digests, whatsapp_account,
    whatsapp_account_events, whatsapp_planner_runs, whatsapp_reminder_steps, whatsapp_mutes,
    whatsapp_campaigns, whatsapp_campaign_recipients, whatsapp_campaign_slots, whatsapp_daily,
    whatsapp_bulk, whatsapp_bulk_items TO authenticated;

CREATE POLICY "Managers can view WhatsApp logs" ON whatsapp_message_logs
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view WhatsApp attempts" ON whatsapp_attempts_begun
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view the outcomes of WhatsApp attempts" ON whatsapp_attempts_ended
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view the WhatsApp outbox" ON whatsapp_outbox
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view WhatsApp notices" ON whatsapp_notices
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view what was put aside" ON whatsapp_put_aside
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view WhatsApp digests" ON whatsapp_digests
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view the WhatsApp account" ON whatsapp_account
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view the WhatsApp account's events" ON whatsapp_account_events
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view the planner's runs" ON whatsapp_planner_runs
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view reminder steps" ON whatsapp_reminder_steps
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view mutes" ON whatsapp_mutes
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));

CREATE POLICY "Managers can view campaigns" ON whatsapp_campaigns
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view recipients of campaigns" ON whatsapp_campaign_recipients
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view the slots of campaigns" ON whatsapp_campaign_slots
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view the counts of days" ON whatsapp_daily
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view acts on many messages" ON whatsapp_bulk
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
CREATE POLICY "Managers can view what came of acts on many messages" ON whatsapp_bulk_items
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));

-- The view of the ledger shows to each what these policies of its tables show to them.
REVOKE ALL ON whatsapp_message_attempts FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON whatsapp_message_attempts TO authenticated, service_role;

-- What managers change.
GRANT SELECT, INSERT, UPDATE, DELETE ON whatsapp_templates TO authenticated;

CREATE POLICY "Managers can manage templates" ON whatsapp_templates
    FOR ALL TO authenticated
    USING ((SELECT whatsapp_is_manager())) WITH CHECK ((SELECT whatsapp_is_manager()));

-- The settings. A table that the host made is the host's: where it has row-level security, managers
-- are let through to the WhatsApp settings; where it has none, nothing is changed, and a warning says
-- so. The row of the API key is for no browser: the key comes from elsewhere, and the row stays empty.
DO $$
DECLARE
    settings REGCLASS := 'invoice_configurations'::REGCLASS;
    ours BOOLEAN :=
        COALESCE(obj_description(settings, 'pg_class') = 'Made by whatsapp-store-sqlx', false);
BEGIN
    IF ours THEN
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', settings);
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, anon, authenticated, service_role', settings);
        EXECUTE format(
            'GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO authenticated, service_role', settings
        );
    ELSIF NOT (SELECT relrowsecurity FROM pg_class WHERE oid = settings) THEN
        RAISE WARNING 'invoice_configurations has no row-level security: whoever was granted anything '
            'on it can do that with the WhatsApp settings too';
        RETURN;
    END IF;
    EXECUTE format(
        $policy$
            CREATE POLICY "Managers can manage WhatsApp settings" ON %s
            FOR ALL TO authenticated
            USING (
                starts_with(config_key, 'whatsapp_') AND config_key <> 'whatsapp_api_key'
                AND (SELECT whatsapp_is_manager())
            )
            WITH CHECK (
                starts_with(config_key, 'whatsapp_') AND config_key <> 'whatsapp_api_key'
                AND (SELECT whatsapp_is_manager())
            )
        $policy$,
        settings
    );
    EXECUTE format(
        $policy$
            CREATE POLICY "The service role may change every WhatsApp setting" ON %s
            FOR ALL TO service_role
            USING (starts_with(config_key, 'whatsapp_'))
            WITH CHECK (starts_with(config_key, 'whatsapp_'))
        $policy$,
        settings
    );
END
$$;
