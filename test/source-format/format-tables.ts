import { defineFact, type Fact } from '../../src/fact/declare/define-fact'
import { factTopic } from '../../src/fact/declare/fact-topic'
import * as column from '../../src/table/columns'
import type { Columns } from '../../src/table/shape/table-shape'
import { defineTable } from '../../src/table/table'
import { wildapp } from '../../src/wildapp/gen/messages'

const { Event } = wildapp.event.v1

interface FormatTable {
  readonly key: Columns
  readonly columns: Columns
  readonly identity?: 'full'
}

/** The tables of scripts/record-formats/tables.sql. */
export const FORMAT_TABLES: Readonly<Record<string, FormatTable>> = {
  numbers: {
    key: { id: column.bigint() },
    columns: {
      i2: column.smallint().nullable(),
      i4: column.integer().nullable(),
      i8: column.bigint(),
      f4: column.real().nullable(),
      f8: column.double().nullable(),
      n: column.numeric().nullable(),
      n122: column.numeric(12, 2).nullable(),
      n204: column.numeric(20, 4),
      n5: column.numeric(5, -2).nullable(),
      m: column.money().nullable(),
      b: column.boolean().nullable(),
      b1: column.boolean().nullable(),
      b11: column.bits(11).nullable(),
      o: column.oid().nullable(),
    },
  },
  times: {
    key: { id: column.integer() },
    columns: {
      ts: column.timestamp(6).nullable(),
      ts0: column.timestamp(0).nullable(),
      ts3: column.timestamp(3).nullable(),
      tz: column.timestamptz().nullable(),
      tz0: column.timestamptz(0).nullable(),
      tz3: column.timestamptz(3).nullable(),
      d: column.date().nullable(),
      ti: column.time(6).nullable(),
      ti0: column.time(0).nullable(),
      ti3: column.time(3).nullable(),
      titz: column.timetz().nullable(),
      iv: column.interval({ finite: true }).nullable(),
    },
  },
  texts: {
    key: { id: column.uuid() },
    columns: {
      t: column.text(),
      v: column.varchar().nullable(),
      c: column.char(4).nullable(),
      e: column.enumeration('sad', 'ok', 'happy,ish').nullable(),
      j: column.jsonb().nullable(),
      jb: column.jsonb().nullable(),
      bin: column.bytea().nullable(),
      h: column.hstore().nullable(),
      x: column.xml().nullable(),
      ip: column.inet().nullable(),
      lt: column.ltree().nullable(),
      r: column.range().nullable(),
      mr: column.encodedText().nullable(),
      p: column.point().nullable(),
      pa: column.path().nullable(),
    },
  },
  lists: {
    key: { id: column.bigint() },
    columns: {
      ta: column.textArray().nullable(),
      ia: column.array(column.integer()).nullable(),
      ba: column.array(column.bigint()).nullable(),
      na: column.array(column.numeric(10, 2)).nullable(),
      da: column.array(column.date()).nullable(),
      tsa: column.array(column.timestamp(6)).nullable(),
      tza: column.array(column.timestamptz()).nullable(),
      ua: column.array(column.uuid()).nullable(),
      bina: column.array(column.bytea()).nullable(),
      fa: column.array(column.double()).nullable(),
      boa: column.array(column.boolean()).nullable(),
    },
  },
  large: {
    key: { id: column.bigint() },
    columns: {
      t: column.text(),
      jb: column.jsonb().nullable(),
      ta: column.textArray().nullable(),
      ia: column.array(column.integer()).nullable(),
      ba: column.array(column.bigint()).nullable(),
      ua: column.array(column.uuid()).nullable(),
      bin: column.bytea().nullable(),
      binn: column.bytea().nullable(),
      n: column.numeric().nullable(),
      h: column.hstore().nullable(),
      x: column.xml().nullable(),
      i4: column.integer(),
    },
  },
  keyed: {
    key: { n: column.numeric(10, 2), ts: column.timestamp(3), d: column.date() },
    columns: { v: column.text().nullable() },
  },
  defaults: {
    key: { id: column.bigint() },
    columns: {
      n: column.integer().nullable(),
      s: column.text().nullable(),
      nn: column.text(),
    },
    identity: 'full',
  },
}

/** A fact of one of the tables that says all of its row, as JSON text that keeps the types. */
export function formatFact(name: string, topic: string): Fact {
  const { key, columns, identity = 'default' } = FORMAT_TABLES[name] ?? { key: {}, columns: {} }
  return defineFact({
    name: `formats.${name}`,
    from: defineTable({ topic, key, columns, replicaIdentity: identity }),
    key: () => ({ id: 0n }),
    map: ({ row }) => ({
      type: name,
      timestamp: { seconds: 0n, nanos: 0 },
      subscriber: null,
      payload: JSON.stringify(marked(row)),
      patchOf: null,
    }),
    to: factTopic(`formats.${name}.facts`, Event),
  })
}

/** What JSON lacks, as text that says its type. */
function marked(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value.toString()}n`
  if (Buffer.isBuffer(value)) return `bytes ${value.toString('hex')}`
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return 'number -0'
    return Number.isFinite(value) ? value : `number ${value}`
  }
  if (Array.isArray(value)) return value.map(marked)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, marked(inner)]))
}
