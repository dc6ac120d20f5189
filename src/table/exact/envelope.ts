import { z } from 'zod'
import type { JsonObject, JsonValue } from '../../protobuf/json/json'

/**
 * Debezium's envelope (PostgreSQL connector 3.x): strict on the fields that are used, tolerant of others. Each `error`
 * is what was expected.
 */

export const jsonObject = z.custom<JsonObject>(isObject, { error: 'an object' })
export const jsonText = z.string({ error: 'text' })
export const wholeNumber = z
  .union([z.int(), z.bigint()], { error: 'a whole number' })
  .transform((value) => BigInt(value))
export const countingNumber = wholeNumber.refine((value) => value >= 0n, {
  error: 'a whole number from 0 up',
})

/** `sequence`: JSON text of two LSNs, [of the last commit, of the change]; which commit is meant is under discussion. */
const sequence = jsonText.regex(/^\[(?:null|"[0-9]{1,19}"),(?:null|"[0-9]{1,19}")\]$/, {
  error: 'text such as ["24023119","24023128"]',
})

/** Source of the change. Which of `lsn`/`sequence` and `ts_us`/`ts_ms` are present depends on the event. */
export const sourceSchema = z
  .looseObject(
    {
      name: jsonText,
      db: jsonText,
      schema: jsonText,
      table: jsonText,
      snapshot: z.union([z.string(), z.boolean()], { error: 'text' }).nullish(),
      lsn: countingNumber.nullish(),
      sequence: sequence.nullish(),
      txId: countingNumber.nullish(),
      ts_us: wholeNumber.nullish(),
      ts_ms: wholeNumber.nullish(),
    },
    { error: 'an object' },
  )
  .superRefine((source, context) => {
    if ((source.lsn ?? lsnOfSequence(source.sequence)) === undefined) {
      context.addIssue({ code: 'custom', path: ['lsn'], message: 'a whole number from 0 up' })
    }
    if ((source.ts_us ?? source.ts_ms ?? undefined) === undefined) {
      context.addIssue({ code: 'custom', path: ['ts_us'], message: 'a whole number' })
    }
  })

/** With `provide.transaction.metadata`: the change's ordinal in its transaction. `id` is txId:lsn of this event. */
export const transactionSchema = z.looseObject(
  { total_order: countingNumber },
  { error: 'an object' },
)

export const envelopeSchema = z
  .looseObject(
    {
      op: z.enum(['c', 'r', 'u', 'd', 't'], { error: 'one of "c", "r", "u", "d", "t"' }),
      before: jsonObject.nullish(),
      after: jsonObject.nullish(),
      source: sourceSchema,
      transaction: transactionSchema.nullish(),
    },
    { error: 'an object' },
  )
  .superRefine(({ op, after }, context) => {
    const hasRow = after !== null && after !== undefined
    if (op !== 'd' && op !== 't' && !hasRow) {
      context.addIssue({ code: 'custom', path: ['after'], message: 'an object' })
    }
    if (op === 'd' && hasRow) {
      context.addIssue({ code: 'custom', path: ['after'], message: 'null' })
    }
  })

/**
 * The converter's wrapper of the payload with `schemas.enable=true`: {"schema": {"type": …}, "payload": …}. A key of two
 * columns with these names differs in its `schema`, which is not an object, because no type that a primary key can have is
 * written as an object.
 */
export function unwrapped(json: JsonValue): JsonValue {
  if (!isObject(json) || !Object.hasOwn(json, 'payload') || Object.keys(json).length !== 2)
    return json
  const { schema } = json
  return schema === null || isObject(schema) ? (json['payload'] as JsonValue) : json
}

/** The later LSN of a `sequence`; undefined when it has none. */
export function lsnOfSequence(text: string | null | undefined): bigint | undefined {
  const last = text === null || text === undefined ? undefined : /"([0-9]+)"\]$/.exec(text)?.[1]
  return last === undefined ? undefined : BigInt(last)
}

export function isObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
