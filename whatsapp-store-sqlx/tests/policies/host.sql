-- A host's database on Supabase, as far as the library meets it.
CREATE SCHEMA auth;
GRANT USAGE ON SCHEMA auth TO PUBLIC;

CREATE TABLE auth.users (id UUID PRIMARY KEY);
GRANT REFERENCES ON auth.users TO shop;

-- As Supabase defines it.
CREATE FUNCTION auth.uid() RETURNS UUID LANGUAGE sql STABLE AS $$
    SELECT COALESCE(
        nullif(current_setting('request.jwt.claim.sub', true), ''),
        (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
    )::uuid
$$;

GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role, bound_service;
GRANT CREATE ON SCHEMA public TO shop;
-- The grants that Supabase gives on whatever is made in `public`.
ALTER DEFAULT PRIVILEGES FOR ROLE shop IN SCHEMA public
    GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE shop IN SCHEMA public
    GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE shop IN SCHEMA public
    GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;

-- Where everybody may make tables, so that only the lack of REFERENCES is in a probe's way.
CREATE SCHEMA probe;
GRANT USAGE, CREATE ON SCHEMA probe TO PUBLIC;
CREATE FUNCTION probe.nothing() RETURNS TRIGGER LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';

SET ROLE shop;

CREATE TABLE customers (id UUID PRIMARY KEY);
INSERT INTO customers VALUES ('c0000000-0000-7000-8000-000000000001');

-- Nobody but its owner may read it, as a careful host has it.
CREATE TABLE user_management (user_id UUID PRIMARY KEY, role TEXT NOT NULL, status TEXT NOT NULL);
REVOKE ALL ON user_management FROM anon, authenticated, service_role;
ALTER TABLE user_management ENABLE ROW LEVEL SECURITY;

RESET ROLE;

INSERT INTO auth.users VALUES
    ('a0000000-0000-4000-8000-000000000001'), ('a0000000-0000-4000-8000-000000000002'),
    ('a0000000-0000-4000-8000-000000000003'), ('a0000000-0000-4000-8000-000000000004');
INSERT INTO user_management VALUES
    ('a0000000-0000-4000-8000-000000000001', 'staff', 'active'),
    ('a0000000-0000-4000-8000-000000000002', 'manager', 'active'),
    ('a0000000-0000-4000-8000-000000000003', 'admin', 'active'),
    ('a0000000-0000-4000-8000-000000000004', 'manager', 'inactive');
