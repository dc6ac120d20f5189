import * as column from '../../src/table/columns'
import { TableShape, type Columns } from '../../src/table/shape/table-shape'

/** What a table definition is made of, for tests that decode with its shape directly. */
export interface Definition {
  readonly topic: string
  readonly key: Columns
  readonly columns: Columns
}

export const tertiary = {
  topic: 'monolith.public.wildapp_tertiary',
  key: { id: column.uuid() },
  columns: {
    name: column.varchar(),
    region: column.enumeration('north', 'east', 'south', 'west'),
    founded_on: column.date().nullable(),
    opens_at: column.time().nullable(),
    created_at: column.timestamptz(),
    updated_at: column.timestamptz(),
  },
} as const

export const secondary = {
  topic: 'monolith.public.wildapp_secondary',
  key: { id: column.bigint() },
  columns: {
    tertiary_id: column.uuid(),
    name: column.varchar(),
    code: column.varchar(),
    rating: column.numeric(4, 2).nullable(),
    tags: column.textArray(),
    settings: column.jsonb(),
    active: column.boolean(),
    created_at: column.timestamptz(),
    updated_at: column.timestamptz(),
  },
} as const

export const primary = {
  topic: 'monolith.public.wildapp_primary',
  key: { id: column.bigint() },
  columns: {
    secondary_id: column.bigint().nullable(),
    title: column.varchar(),
    status: column.enumeration('draft', 'active', 'archived'),
    serial_number: column.bigint(),
    amount: column.numeric(20, 4),
    quantity: column.integer(),
    score: column.double().nullable(),
    verified: column.boolean(),
    notes: column.text().nullable(),
    external_id: column.uuid(),
    happened_at: column.timestamp().nullable(),
    due_on: column.date().nullable(),
    remind_at: column.time().nullable(),
    lead_time: column.interval({ finite: true }).nullable(),
    attributes: column.jsonb(),
    labels: column.textArray(),
    fingerprint: column.bytea().nullable(),
    created_at: column.timestamptz(),
    updated_at: column.timestamptz(),
  },
} as const

/** Every column nullable: what the probe and edge tables have in common. */
export const everyType = {
  topic: 'probe.probe.every_type',
  key: { id: column.bigint() },
  columns: {
    n: column.numeric().nullable(),
    n122: column.numeric(12, 2).nullable(),
    b: column.boolean().nullable(),
    t: column.text().nullable(),
    v: column.varchar().nullable(),
    u: column.uuid().nullable(),
    ts: column.timestamp().nullable(),
    tstz: column.timestamptz().nullable(),
    d: column.date().nullable(),
    ti: column.time().nullable(),
    iv: column.interval({ finite: true }).nullable(),
    j: column.jsonb().nullable(),
    jb: column.jsonb().nullable(),
    ta: column.textArray().nullable(),
    by: column.bytea().nullable(),
    m: column.enumeration('sad', 'ok', 'happy').nullable(),
    i2: column.smallint().nullable(),
    i4: column.integer().nullable(),
    f4: column.real().nullable(),
    f8: column.double().nullable(),
  },
} as const

export const edgeValues = {
  topic: 'monolith.edge.vals',
  key: { id: column.bigint() },
  columns: {
    i2: column.smallint(),
    i4: column.integer(),
    i8: column.bigint(),
    f4: column.real(),
    f8: column.double(),
    num: column.numeric(),
    num204: column.numeric(20, 4).nullable(),
    b: column.boolean().nullable(),
    t: column.text(),
    v: column.varchar().nullable(),
    c: column.text().nullable(),
    u: column.uuid().nullable(),
    ts: column.timestamp().nullable(),
    ts0: column.timestamp().nullable(),
    ts3: column.timestamp().nullable(),
    tz: column.timestamptz().nullable(),
    tz0: column.timestamptz(0).nullable(),
    d: column.date().nullable(),
    ti: column.time().nullable(),
    ti0: column.time().nullable(),
    iv: column.interval({ finite: true }).nullable(),
    j: column.jsonb().nullable(),
    jb: column.jsonb().nullable(),
    by: column.bytea().nullable(),
    m: column.enumeration('sad', 'ok', 'happy,ish').nullable(),
    h: column.jsonb().nullable(),
  },
} as const

export const edgeToasted = {
  topic: 'monolith.edge.toasted',
  key: { id: column.bigint() },
  columns: {
    t: column.text().nullable(),
    tn: column.text(),
    vc: column.varchar(),
    jb: column.jsonb(),
    j: column.jsonb().nullable(),
    ta: column.textArray(),
    tan: column.textArray().nullable(),
    by: column.bytea(),
    byn: column.bytea().nullable(),
    num: column.numeric().nullable(),
    h: column.jsonb().nullable(),
    x: column.text().nullable(),
    i4: column.integer(),
  },
} as const

export const edgeNulls = {
  topic: 'monolith.edge.nulls',
  key: { id: column.bigint() },
  columns: {
    n: column.integer().nullable(),
    s: column.text().nullable(),
    nn: column.text(),
  },
} as const

export const composite = {
  topic: 'probe.probe.composite',
  key: { a: column.integer(), b: column.text() },
  columns: { v: column.integer().nullable() },
} as const

export const withSchema = {
  topic: 'probe2.probe.every_type',
  key: { id: column.bigint() },
  columns: { t: column.text().nullable(), ta: column.textArray().nullable() },
} as const

const plain = { id: column.bigint() } as const
const value = { v: column.text().nullable() } as const

export const swap = { topic: 'monolith.public.wildapp_edge_swap', key: plain, columns: value }

export const indexIdentity = {
  topic: 'monolith.public.wildapp_edge_index_identity',
  key: plain,
  columns: { ...value, code: column.text() },
}

export const incremental = {
  topic: 'monolith.public.wildapp_s_defer',
  key: plain,
  columns: value,
}

export const partitioned = {
  topic: 'monolith.public.wildapp_edge_partitioned',
  key: { ...plain, at: column.date() },
  columns: value,
}

export const oddNames = {
  topic: 'monolith.public.wildapp_edge_Odd__n',
  key: { ID: column.bigint() },
  columns: {
    constructor: column.text().nullable(),
    toString: column.text().nullable(),
    'ö ä': column.text().nullable(),
    'a.b': column.text().nullable(),
    'quo"te': column.text().nullable(),
    payload: column.text().nullable(),
    schema: column.text().nullable(),
    op: column.text().nullable(),
  },
} as const

export function shapeOf({ topic, key, columns }: Definition, fullIdentity = false): TableShape {
  return new TableShape(topic, key, columns, fullIdentity)
}
