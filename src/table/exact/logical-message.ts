import { z } from 'zod'
import { FactsError } from '../../errors'
import { checked } from './checked'
import { decodedJson } from './decoded-json'
import { jsonText, sourceSchema, transactionSchema } from './envelope'
import type { RecordBytes } from './record-bytes'
import { exactPosition } from './exact-position'
import type { SourcePosition } from '../shape/source-position'

/** A message that an application wrote into the WAL with `pg_logical_emit_message`. */
export interface LogicalMessage {
  readonly operation: 'message'
  readonly prefix: string
  readonly content: Buffer
  /** Position of the message. The transaction is null when the message was not transactional; schema and table are empty. */
  readonly position: SourcePosition
}

const messageSchema = z.looseObject(
  {
    op: z.literal('m', { error: '"m"' }),
    source: sourceSchema,
    transaction: transactionSchema.nullish(),
    message: z.looseObject(
      { prefix: jsonText, content: z.base64({ error: 'base64 text' }).nullish() },
      { error: 'an object' },
    ),
  },
  { error: 'an object' },
)

/** Decodes a record of the topic `prefix.message`. Throws JSON_INVALID or ENVELOPE_INVALID. */
export function decodeLogicalMessage({ value }: RecordBytes): LogicalMessage {
  if (value === null) throw new FactsError('ENVELOPE_INVALID', 'A logical message has no value.')
  const json = decodedJson(value, 'value of a logical message', 'JSON_INVALID')
  const decoded = checked(messageSchema, json, 'logical message', 'ENVELOPE_INVALID')
  return {
    operation: 'message',
    prefix: decoded.message.prefix,
    content: Buffer.from(decoded.message.content ?? '', 'base64'),
    position: exactPosition(decoded.source, decoded.transaction),
  }
}
