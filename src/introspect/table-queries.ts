const OUTSIDE_SYSTEM = `n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'`

export const RELATIONS = `
  SELECT c.oid::text AS id, n.nspname::text AS schema, c.relname::text AS name, format('%I.%I', n.nspname, c.relname) AS quoted,
    c.relkind::text AS relkind, c.relispartition AS "isPartition", c.relpersistence = 'p' AS "isLogged",
    obj_description(c.oid, 'pg_class') AS comment,
    CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "partitionedBy"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't' AND ${OUTSIDE_SYSTEM}
    -- Those of an extension are its own business.
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY n.nspname, c.relname`

export const COLUMN_DETAILS = `
  SELECT a.attrelid::text AS table, a.attname::text AS name, col_description(a.attrelid, a.attnum) AS comment,
    pg_get_expr(d.adbin, d.adrelid) AS "default",
    CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' ELSE 'no' END AS identity,
    CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'm' THEN 'main' WHEN 'e' THEN 'external' ELSE 'extended' END AS storage,
    a.attndims::int AS dimensions,
    EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'c' AND k.convalidated
      AND pg_get_expr(k.conbin, k.conrelid) = format('isfinite(%I)', a.attname)) AS "isFinite"
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND ${OUTSIDE_SYSTEM} AND a.attnum > 0 AND NOT a.attisdropped`

const NAMES = (numbers: string, relation: string): string => `
    (SELECT json_agg(a.attname ORDER BY u.place) FROM unnest(${numbers}) WITH ORDINALITY u (number, place)
     JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.number)`

/** Foreign keys that PostgreSQL made for partitions are those of their roots. */
export const CONSTRAINTS = `
  SELECT k.conrelid::text AS table, k.conname::text AS name, k.contype::text AS kind,
    ${NAMES('k.conkey', 'k.conrelid')} AS columns, nullif(k.confrelid, 0)::text AS "refersTo",
    ${NAMES('k.confkey', 'k.confrelid')} AS referred,
    CASE k.confmatchtype WHEN 'f' THEN 'full' WHEN 'p' THEN 'partial' ELSE 'simple' END AS match,
    k.convalidated AS "isValidated"
  FROM pg_constraint k WHERE k.contype IN ('f', 'u') AND k.conparentid = 0 ORDER BY k.conname, k.oid`

export const LABELS = `
  SELECT enumtypid::text AS type, array_agg(enumlabel::text ORDER BY enumsortorder) AS labels FROM pg_enum GROUP BY enumtypid`
