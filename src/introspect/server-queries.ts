/** Settings that a role may not see are null. */
export const SERVER = `
  SELECT current_database()::text AS name, current_setting('server_version_num')::int AS version,
    current_setting('wal_level') AS "walLevel", current_setting('max_replication_slots')::int AS "maxSlots",
    current_setting('max_wal_senders')::int AS "maxWalSenders",
    (SELECT count(*)::int FROM pg_stat_replication) AS "activeWalSenders",
    has_database_privilege(current_database(), 'CREATE') AS "mayCreate", current_user::text AS role,
    current_setting('rds.logical_replication', true) IS NOT NULL AS "isRds",
    current_setting('cloudsql.logical_decoding', true) IS NOT NULL AS "isCloudSql",
    current_setting('neon.tenant_id', true) IS NOT NULL AS "isNeon"`

export const ROLES = `
  SELECT rolname::text AS name, rolsuper AS "isSuperuser", rolcanlogin AS "mayLogIn",
    rolreplication AS "mayReplicate", rolcreaterole AS "mayCreateRoles"
  FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%' ORDER BY rolname`

export const SLOTS = `
  SELECT slot_name::text AS name, plugin::text AS plugin, database::text AS database, active AS "isActive"
  FROM pg_replication_slots ORDER BY slot_name`

export const PUBLICATIONS = `
  SELECT pubname::text AS name, puballtables AS "isForAllTables",
    coalesce((to_jsonb(p) ->> 'pubviaroot')::boolean, false) AS "viaRoot",
    array_remove(ARRAY[CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END,
      CASE WHEN pubdelete THEN 'delete' END, CASE WHEN pubtruncate THEN 'truncate' END], NULL) AS operations
  FROM pg_publication p ORDER BY pubname`

export const EXTENSIONS = `
  SELECT extname::text AS name, extversion AS version FROM pg_extension ORDER BY extname`
