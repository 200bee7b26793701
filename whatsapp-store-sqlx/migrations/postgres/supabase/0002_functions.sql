-- Supabase grants every new function to everybody. This one belongs to triggers alone.
REVOKE ALL ON FUNCTION whatsapp_forget_messages() FROM PUBLIC, anon, authenticated, service_role;
