import { z } from 'zod'
import { FactsError } from '../../errors'
import { checked } from './checked'
import { decodedJson } from './decoded-json'
import { countingNumber, jsonText, wholeNumber } from './envelope'
import type { RecordBytes } from './record-bytes'

/** BEGIN: precedes the first change of a transaction. */
export interface TransactionBegin {
  readonly operation: 'begin'
  readonly transactionId: bigint
  /** Microseconds since 1970, in whole milliseconds. */
  readonly at: bigint
}

/** END: follows all changes of a transaction. */
export interface TransactionEnd {
  readonly operation: 'end'
  readonly transactionId: bigint
  readonly at: bigint
  readonly eventCount: bigint
  /** Number of changes by `schema.table`. */
  readonly collections: readonly { readonly collection: string; readonly eventCount: bigint }[]
}

export type TransactionBlock = TransactionBegin | TransactionEnd

/** txId:lsn. The LSN is that of the record's own event, so it differs between BEGIN and END of a transaction. */
const idSchema = z.string({ error: 'text' }).regex(/^[0-9]{1,19}(?::[0-9]+)?$/, {
  error: 'text such as "844:81102936"',
})

const blockSchema = z.discriminatedUnion(
  'status',
  [
    z.looseObject({ status: z.literal('BEGIN'), id: idSchema, ts_ms: wholeNumber }),
    z.looseObject({
      status: z.literal('END'),
      id: idSchema,
      ts_ms: wholeNumber,
      event_count: countingNumber,
      data_collections: z
        .array(
          z.looseObject(
            { data_collection: jsonText, event_count: countingNumber },
            { error: 'an object' },
          ),
          { error: 'an array' },
        )
        .nullish(),
    }),
  ],
  { error: 'an object with status "BEGIN" or "END"' },
)

/** Decodes a record of the topic `prefix.transaction`. Throws JSON_INVALID or ENVELOPE_INVALID. */
export function decodeTransactionBlock({ value }: RecordBytes): TransactionBlock {
  if (value === null) throw new FactsError('ENVELOPE_INVALID', 'A transaction block has no value.')
  const json = decodedJson(value, 'value of a transaction block', 'JSON_INVALID')
  const block = checked(blockSchema, json, 'transaction block', 'ENVELOPE_INVALID')
  const common = { transactionId: transactionOf(block.id), at: block.ts_ms * 1000n }
  if (block.status === 'BEGIN') return { operation: 'begin', ...common }
  return {
    operation: 'end',
    ...common,
    eventCount: block.event_count,
    collections: (block.data_collections ?? []).map((entry) => ({
      collection: entry.data_collection,
      eventCount: entry.event_count,
    })),
  }
}

function transactionOf(id: string): bigint {
  return BigInt(id.slice(0, id.includes(':') ? id.indexOf(':') : id.length))
}
