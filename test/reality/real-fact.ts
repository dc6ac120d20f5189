import { defineTable } from '../../src/table/table'
import type { Fact } from '../../src/fact/declare/define-fact'
import { defineFact } from '../../src/fact/declare/define-fact'
import { factTopic } from '../../src/fact/declare/fact-topic'
import { wildapp } from '../../src/wildapp/gen/messages'
import type { RealTable } from './tables'

const { Event } = wildapp.event.v1

/** A fact that says all that a row of the table has, as JSON text that keeps the types. */
export function realFact({ name, key, columns, identity }: RealTable): Fact {
  return defineFact({
    name: `reality.${name}`,
    from: defineTable({
      topic: topicOf(name),
      key,
      columns,
      replicaIdentity: identity ?? 'default',
    }),
    key: () => ({ id: 0n }),
    map: ({ row }) => ({
      type: name,
      timestamp: { seconds: 0n, nanos: 0 },
      subscriber: null,
      payload: JSON.stringify(marked(row)),
      patchOf: null,
    }),
    to: factTopic(`reality.${name}.facts`, Event),
  })
}

export const topicOf = (table: string): string => `monolith.public.${table}`

/** The row that a fact was made of. */
export function rowOf(payload: string): Readonly<Record<string, unknown>> {
  return unmarked(JSON.parse(payload)) as Readonly<Record<string, unknown>>
}

/** What JSON lacks, as an object that says its type. */
function marked(value: unknown): unknown {
  if (typeof value === 'bigint') return { $bigint: value.toString() }
  if (Buffer.isBuffer(value)) return { $bytes: value.toString('base64') }
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: numberText(value) }
  }
  if (Array.isArray(value)) return value.map(marked)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, marked(inner)]))
}

const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

function unmarked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmarked)
  if (typeof value !== 'object' || value === null) return value
  const { $bigint, $bytes, $number } = value as Readonly<Record<string, unknown>>
  if (typeof $bigint === 'string') return BigInt($bigint)
  if (typeof $bytes === 'string') return Buffer.from($bytes, 'base64')
  if (typeof $number === 'string') return Number($number)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unmarked(inner)]))
}
