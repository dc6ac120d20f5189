import type { FactsError } from '../errors'
import type { Headers, LogRecord, OutputRecord } from '../topology/record'
import { inputHeaders } from './control-record'
import type { ParkedKey } from './parked-keys'
import { roundIdentity } from './parked-keys'

const PARKING = 'facts.parked.id'
const ROUND = 'facts.parked.round'

export interface DeadLetterOptions {
  readonly topic: string
  readonly partition: number
  readonly record: LogRecord
  readonly error: FactsError
  readonly processor: string
  readonly task: string
  /** The key that the record parks or waits with; undefined when it parks none. */
  readonly parked: Pick<ParkedKey, 'id' | 'round'> | undefined
}

/** A record that could not be processed, as it was, with its cause and coordinates as headers (see KIP-1034). */
export function deadLetter(options: DeadLetterOptions): OutputRecord {
  const { topic, partition, record, error, processor, task, parked } = options
  const headers: Headers = {
    ...inputHeaders(record),
    'facts.error.code': error.code,
    'facts.error.message': error.message,
    'facts.error.cause': error.cause instanceof Error ? error.cause.message : '',
    'facts.processor': processor,
    'facts.task': task,
  }
  const parking =
    parked === undefined ? {} : { [PARKING]: parked.id, [ROUND]: String(parked.round) }
  return {
    topic,
    partition,
    key: record.key,
    value: record.value,
    timestamp: record.timestamp,
    headers: { ...headers, ...parking },
  }
}

/** Identity of the parking that the dead letter waits with; undefined when nothing waits for it. */
export function parkingOf({ headers }: Pick<LogRecord, 'headers'>): string | undefined {
  const round = headers[ROUND]?.toString()
  return headers[PARKING]?.toString() ?? (round === undefined ? undefined : roundIdentity(round))
}
