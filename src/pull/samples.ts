/** A value of a column as Debezium writes it, and as a row has it; for the tests that are generated. */
export interface Sample {
  readonly debezium: unknown
  /** Undefined where the field is a message, an enum or bytes. */
  readonly row?: string | number | bigint | boolean | readonly unknown[]
}

const same = (value: string | number | bigint | boolean): Sample => ({
  debezium: value,
  row: value,
})

/** By the function that declares the column. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  bigint: same(1n),
  integer: same(1),
  smallint: same(1),
  oid: same(1),
  real: same(1.5),
  double: same(1.5),
  numeric: same('1'),
  money: same('1.00'),
  boolean: same(true),
  text: same('one'),
  varchar: same('one'),
  citext: same('one'),
  uuid: same('7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111'),
  timestamp: { debezium: '2026-01-02T03:04:05Z', row: '2026-01-02T03:04:05' },
  date: { debezium: '2026-01-02Z', row: '2026-01-02' },
  time: { debezium: '03:04:05Z', row: '03:04:05' },
  timetz: same('01:04:05Z'),
  interval: same('P1DT2H'),
  jsonb: same('{}'),
  hstore: same('{}'),
  bytea: { debezium: 'AQI=' },
  xml: same('<a/>'),
  ltree: same('a.b'),
  tsvector: same("'a':1"),
  inet: same('10.0.0.1'),
  cidr: same('10.0.0.0/8'),
  macaddr: same('08:00:2b:01:02:03'),
  range: same('[1,5)'),
  encodedText: { debezium: 'KDEp', row: '(1)' },
  point: { debezium: { x: 1.5, y: -2, wkb: '', srid: null }, row: '(1.5,-2)' },
  line: { debezium: { a: 1, b: 2, c: 3 }, row: '{1,2,3}' },
  lseg: {
    debezium: {
      wkb: 'AQIAAAACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAPA/AAAAAAAA8D8=',
      srid: null,
      extensions: { type: 'lseg' },
    },
    row: '[(0,0),(1,1)]',
  },
  box: {
    debezium: {
      wkb: 'AQMAAAABAAAABQAAAAAAAAAAAPA/AAAAAAAA8D8AAAAAAADwPwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA8D8AAAAAAADwPwAAAAAAAPA/',
      srid: null,
      extensions: { type: 'box' },
    },
    row: '(1,1),(0,0)',
  },
  path: {
    debezium: {
      wkb: 'AQIAAAACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAPA/AAAAAAAA8D8=',
      srid: null,
      extensions: { type: 'path', closed: 'false' },
    },
    row: '[(0,0),(1,1)]',
  },
  circle: {
    debezium: { center: { x: 0, y: 0, wkb: '', srid: null }, radius: 2 },
    row: '<(0,0),2>',
  },
}
