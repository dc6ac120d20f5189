-- A table list, not FOR ALL TABLES nor FOR TABLES IN SCHEMA: those need a superuser, and they would publish tables
-- that nobody decided to publish (any role that may replicate can read any publication).
-- TRUNCATE is published: a consumer that does not hear of it keeps rows that are gone.
CREATE PUBLICATION wildapp_facts WITH (publish = 'insert, update, delete, truncate');

-- The one step that captures a table, to be called by the migration that creates it:
--   SELECT facts_capture('wildapp_invoice');
-- In that same migration, so that no row is written before the table is published. It needs the owner of the table
-- and of the publication, not a superuser. The connector needs no edit: its table list is a pattern.
CREATE FUNCTION facts_capture(captured regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_class c
    WHERE c.oid = captured AND c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'wildapp\_%'
  ) THEN
    RAISE EXCEPTION 'facts_capture: % is not a table public.wildapp_*, so the connector would not capture it', captured;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_index WHERE indrelid = captured AND indisprimary) THEN
    RAISE EXCEPTION 'facts_capture: % has no primary key, which every change needs as its key', captured;
  END IF;
  EXECUTE format('GRANT SELECT ON TABLE %s TO cdc', captured);
  IF NOT EXISTS (
    SELECT FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
    WHERE p.pubname = 'wildapp_facts' AND r.prrelid = captured
  ) THEN
    EXECUTE format('ALTER PUBLICATION wildapp_facts ADD TABLE %s', captured);
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION facts_capture(regclass) FROM PUBLIC;

SELECT facts_capture('wildapp_tertiary');
SELECT facts_capture('wildapp_secondary');
SELECT facts_capture('wildapp_primary');
