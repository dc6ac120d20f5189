import { FlexibleReader } from '../../src/broker/kafka/requests/flexible'
import type { KafkaRequest } from './kafka-frames'

const END_TXN = 26
/** From this version on it is flexible (KIP-482). */
const FLEXIBLE = 3

export interface EndTxn {
  readonly transactionalId: string
  readonly isCommit: boolean
}

/** Of a request to end a transaction; undefined of any other. */
export function readEndTxn({ apiKey, apiVersion, body }: KafkaRequest): EndTxn | undefined {
  if (apiKey !== END_TXN) return undefined
  if (apiVersion < FLEXIBLE) {
    const end = 2 + body.readInt16BE(0)
    return {
      transactionalId: body.toString('utf8', 2, end),
      isCommit: body.readInt8(body.length - 1) === 1,
    }
  }
  const reader = new FlexibleReader(body)
  reader.tags()
  const transactionalId = reader.compactString() ?? ''
  reader.int64()
  reader.int16()
  return { transactionalId, isCommit: reader.int8() === 1 }
}

/** The response of the broker, after the correlation id. */
export function endTxnError({ apiVersion }: KafkaRequest, answer: Buffer): number {
  return answer.readInt16BE(apiVersion < FLEXIBLE ? 4 : 5)
}
