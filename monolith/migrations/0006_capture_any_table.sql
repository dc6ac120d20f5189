-- Changes of a partitioned table are those of the table, not of its partitions.
ALTER PUBLICATION wildapp_facts SET (publish_via_partition_root = true);

-- The one step that captures a table, in any schema, to be called by the migration that creates it:
--   SELECT facts_capture('shop.invoice');
-- In that same migration, so that no row is written before the table is published. It needs the owner of the table
-- and of the publication, not a superuser. The connector needs no edit: it captures what is published. It may be called
-- again, as for a table that has new partitions. What is refused is listed in docs/source-database.md.
DROP FUNCTION facts_capture(regclass);
CREATE FUNCTION facts_capture(captured regclass, publication name DEFAULT 'wildapp_facts', role name DEFAULT 'cdc')
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  t pg_class%ROWTYPE;
  space name;
  root regclass;
  key pg_index%ROWTYPE;
  names text;
  part regclass;
BEGIN
  SELECT * INTO STRICT t FROM pg_class WHERE oid = captured;
  SELECT nspname INTO STRICT space FROM pg_namespace WHERE oid = t.relnamespace;
  IF t.relkind NOT IN ('r', 'p') THEN
    RAISE EXCEPTION 'facts_capture: % is not a table', captured;
  END IF;
  IF t.relpersistence <> 'p' THEN
    RAISE EXCEPTION 'facts_capture: % is not logged, and what is not in the WAL cannot be captured', captured
      USING HINT = format('ALTER TABLE %s SET LOGGED;', captured);
  END IF;
  IF t.relispartition THEN
    root := pg_partition_root(captured);
    RAISE EXCEPTION 'facts_capture: % is a partition, whose changes are captured as those of %', captured, root
      USING HINT = format('SELECT facts_capture(%L);', root);
  END IF;
  SELECT string_agg(i.inhrelid::regclass::text, ', ' ORDER BY i.inhrelid) INTO names
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = captured AND NOT c.relispartition;
  IF names IS NOT NULL THEN
    RAISE EXCEPTION 'facts_capture: % is inherited by %: a snapshot would read their rows as if they were its own', captured, names
      USING HINT = 'Capture each of these by itself, or make it a partitioned table.';
  END IF;
  SELECT * INTO key FROM pg_index WHERE indrelid = captured AND indisprimary;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'facts_capture: % has no primary key, which every change needs as its key', captured;
  END IF;
  IF NOT key.indimmediate THEN
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I, ADD %s;', captured, conname,
      regexp_replace(pg_get_constraintdef(oid), ' DEFERRABLE.*$', '')) INTO names
    FROM pg_constraint WHERE conrelid = captured AND contype = 'p';
    RAISE EXCEPTION 'facts_capture: the primary key of % is DEFERRABLE, so PostgreSQL does not identify rows by it', captured
      USING HINT = names;
  END IF;
  -- Of a partitioned table each partition has its own.
  FOR part IN SELECT captured UNION SELECT relid FROM pg_partition_tree(captured) LOOP
    SELECT relreplident INTO STRICT t.relreplident FROM pg_class WHERE oid = part;
    IF t.relreplident = 'n' OR t.relreplident = 'i' AND NOT EXISTS (
      SELECT FROM pg_index WHERE indrelid = part AND indisprimary AND indisreplident
    ) THEN
      RAISE EXCEPTION 'facts_capture: the rows of % are not identified by its primary key (REPLICA IDENTITY %), so changes would arrive without it',
        part, CASE t.relreplident WHEN 'n' THEN 'NOTHING' ELSE 'USING INDEX' END
        USING HINT = format('ALTER TABLE %s REPLICA IDENTITY DEFAULT;', part);
    END IF;
  END LOOP;
  SELECT string_agg(format('%I', attname), ', ' ORDER BY attnum) INTO names
  FROM pg_attribute WHERE attrelid = captured AND attnum > 0 AND NOT attisdropped AND attgenerated <> '';
  IF names IS NOT NULL THEN
    RAISE NOTICE 'facts_capture: the generated columns of % (%) are in a snapshot and in no change that is streamed: do not declare them', captured, names;
  END IF;

  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', space, role);
  FOR part IN SELECT captured UNION SELECT relid FROM pg_partition_tree(captured) LOOP
    EXECUTE format('GRANT SELECT ON TABLE %s TO %I', part, role);
  END LOOP;
  IF NOT (has_schema_privilege(role, t.relnamespace, 'USAGE') AND has_table_privilege(role, captured, 'SELECT')) THEN
    RAISE EXCEPTION 'facts_capture: % may not give % the right to read %', current_user, role, captured
      USING HINT = format('As the owner: GRANT USAGE ON SCHEMA %I TO %I; GRANT SELECT ON TABLE %s TO %I;', space, role, captured, role);
  END IF;
  IF t.relkind = 'p' AND NOT (SELECT pubviaroot FROM pg_publication WHERE pubname = publication) THEN
    EXECUTE format('ALTER PUBLICATION %I SET (publish_via_partition_root = true)', publication);
  END IF;
  IF NOT EXISTS (
    SELECT FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
    WHERE p.pubname = publication AND r.prrelid = captured
  ) THEN
    EXECUTE format('ALTER PUBLICATION %I ADD TABLE ONLY %s', publication, captured);
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION facts_capture(regclass, name, name) FROM PUBLIC;
