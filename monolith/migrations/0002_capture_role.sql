-- The role that captures changes: it may log in, replicate and read what 0003 captures; nothing else.
-- Its password is configuration (CDC_PASSWORD), set by `migrate` after the migrations, never written here.
-- CREATE ROLE ... REPLICATION needs a superuser, or a role that has CREATEROLE and REPLICATION itself. Where the
-- owner of the tables is neither, an administrator makes the role beforehand, or `migrate` is given
-- ADMIN_DATABASE_URL; roles belong to the whole server, so the role may also be there already.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cdc') THEN
    CREATE ROLE cdc LOGIN REPLICATION NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO cdc', current_database());
END
$$;
GRANT USAGE ON SCHEMA public TO cdc;
