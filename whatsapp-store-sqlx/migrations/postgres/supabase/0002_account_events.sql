-- The events of the account: managers see them, the library and `service_role` write them.
ALTER TABLE whatsapp_account_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
REVOKE ALL ON whatsapp_account_events FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON whatsapp_account_events TO service_role;
GRANT SELECT ON whatsapp_account_events TO authenticated;

CREATE POLICY "The service role may change every row" ON whatsapp_account_events
    FOR ALL TO service_role USING (true) WITH CHECK (true);
CREATE POLICY "Managers can view the WhatsApp account's events" ON whatsapp_account_events
    FOR SELECT TO authenticated USING ((SELECT whatsapp_is_manager()));
