/** PostgreSQL's range types. */
export const RANGES = ['int4range', 'int8range', 'numrange', 'daterange', 'tsrange', 'tstzrange']

/** Types that Debezium writes as their text, which `text` reads exactly. */
export const PLAIN_TEXT = [
  ...['text', 'character varying', 'xml', 'name', '"char"', 'ltree', 'tsvector'],
  ...['inet', 'cidr', 'macaddr', 'macaddr8'],
  ...RANGES,
]

/** Types that Debezium does not know: it sends the value's text as base64. */
export const ENCODED = [
  'composite',
  ...RANGES.map((name) => name.replace('range', 'multirange')),
  ...['tsquery', 'jsonpath', 'pg_lsn', 'xid8', 'pg_snapshot', 'txid_snapshot'],
  ...['regclass', 'regtype', 'regproc', 'regprocedure', 'regoper', 'regoperator'],
  ...['regrole', 'regnamespace', 'regconfig', 'regdictionary', 'regcollation'],
  ...['cube', 'seg', 'isbn13'],
]

/** Element types whose multidimensional arrays Debezium writes as Java's object names; for others it writes nulls. */
export const NAMED_WHEN_NESTED = new Set(['text', 'uuid', 'enum', 'inet', 'jsonb', 'character'])

/** Element types of arrays that Debezium leaves out of its records, or stops at. */
export const UNWRITTEN_IN_ARRAYS: ReadonlySet<string> = new Set([
  'interval',
  'money',
  'xml',
  'name',
  '"char"',
  'bit',
  'bit varying',
  'point',
])
