import { Type, types } from 'avsc'
import type { ConnectField, ConnectSchema } from '../values/connect-schema'

/** A schema of a registry, as it decodes and as Kafka Connect's converter was given it. */
export interface AvroSchema {
  /** Decodes 64-bit integers to bigint. */
  readonly type: Type
  readonly connect: ConnectSchema
}

const LONG = types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    return bytes
  },
  fromJSON: BigInt,
  toJSON: Number,
  // Defaults in a schema are numbers.
  isValid: (value: unknown) => typeof value === 'bigint' || Number.isInteger(value),
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
})

/** A long with properties, which semantic types have, is not looked up by its name. */
function typeHook(schema: unknown): Type | undefined {
  const type =
    typeof schema === 'object' && schema !== null && 'type' in schema ? schema.type : schema
  return type === 'long' ? LONG : undefined
}

/** Throws for a text that is no schema. */
export function avroSchema(text: string): AvroSchema {
  const schema = JSON.parse(text) as Parameters<typeof Type.forSchema>[0]
  return {
    type: Type.forSchema(schema, { typeHook, wrapUnions: false }),
    connect: connectSchema(schema as Written, '', new Map()),
  }
}

/** An Avro schema as JSON, with what Connect's converters add. */
type Written = string | readonly Written[] | WrittenType

interface WrittenType {
  readonly type: Written
  readonly name?: string
  readonly namespace?: string
  readonly items?: Written
  readonly values?: Written
  readonly fields?: readonly { readonly name: string; readonly type: Written }[]
  readonly 'connect.name'?: string
  readonly 'connect.type'?: string
  readonly 'connect.parameters'?: Readonly<Record<string, string>>
}

const CONNECT_TYPES: Readonly<Record<string, string>> = {
  int: 'int32',
  long: 'int64',
  record: 'struct',
  enum: 'string',
  fixed: 'bytes',
}

/** `named`: the records so far, which later ones name. */
function connectSchema(
  written: Written,
  namespace: string,
  named: Map<string, ConnectSchema>,
): ConnectSchema {
  if (isUnion(written)) {
    // What is optional is a union with null.
    const one = written.find((branch) => branch !== 'null')
    return one === undefined ? { type: 'null' } : connectSchema(one, namespace, named)
  }
  if (typeof written === 'string') {
    const known = named.get(written) ?? named.get(`${namespace}.${written}`)
    return known ?? { type: CONNECT_TYPES[written] ?? written }
  }
  const { type } = written
  if (typeof type !== 'string') return connectSchema(type, namespace, named)
  const own = {
    type: written['connect.type'] ?? CONNECT_TYPES[type] ?? type,
    ...(written['connect.name'] === undefined ? {} : { name: written['connect.name'] }),
    ...(written['connect.parameters'] === undefined
      ? {}
      : { parameters: written['connect.parameters'] }),
  }
  if (written.items !== undefined) {
    return { ...own, items: connectSchema(written.items, namespace, named) }
  }
  if (written.values !== undefined) {
    return { ...own, values: connectSchema(written.values, namespace, named) }
  }
  if (written.fields === undefined) return own
  const space = written.namespace ?? namespace
  const fields: ConnectField[] = []
  const struct = { ...own, fields }
  // Before its fields: one of them may be of the record itself.
  for (const name of [written.name ?? '', `${space}.${written.name ?? ''}`]) named.set(name, struct)
  for (const field of written.fields) {
    fields.push({ ...connectSchema(field.type, space, named), field: field.name })
  }
  return struct
}

function isUnion(written: Written): written is readonly Written[] {
  return Array.isArray(written)
}
