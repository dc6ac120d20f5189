import { KafkaJSProtocolError } from 'kafkajs/src/errors'
import { createErrorFromCode } from 'kafkajs/src/protocol/error'

/** Behind the end of KafkaJS' table, which is at 88; as in org.apache.kafka.common.protocol.Errors. */
const LATER: ReadonlyMap<number, KafkaJSProtocolError.Entry> = new Map(
  [
    {
      ...{ type: 'PRODUCER_FENCED', code: 90, retriable: false },
      message: 'There is a newer producer with the same transactional id',
    },
    {
      ...{ type: 'TRANSACTION_ABORTABLE', code: 120, retriable: false },
      message: 'The transaction can only be aborted',
    },
  ].map((entry) => [entry.code, entry]),
)

/** The error that a code of a response stands for; undefined for 0, which is none. */
export function errorOf(code: number): Error | undefined {
  if (code === 0) return undefined
  const later = LATER.get(code)
  return later === undefined ? createErrorFromCode(code) : new KafkaJSProtocolError(later)
}

export function throwIfError(code: number): void {
  const error = errorOf(code)
  if (error !== undefined) throw error
}
