-- What Supabase gives every project, and what the shop adds to it: once a server.
CREATE ROLE anon NOLOGIN NOINHERIT;
CREATE ROLE authenticated NOLOGIN NOINHERIT;
CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;
-- Has what service_role was granted, but is bound by policies: shows that those would do by themselves.
CREATE ROLE bound_service NOLOGIN INHERIT IN ROLE service_role;
-- Migrates and owns the tables, as Supabase's own `postgres` does: no superuser, past policies.
CREATE ROLE shop LOGIN BYPASSRLS;
