import type { FactsError } from '../../errors'
import { DEFAULT_MAX_MESSAGE_BYTES } from '../../broker/record-size'
import type { Headers, LogRecord, OutputRecord } from '../../topology/record'
import { boundedText } from './bounded-text'
import { inputHeaders } from './control-record'
import type { InputRecord } from '../commit/left-out'
import { abridged } from '../commit/left-out'
import type { ParkedKey } from './parked-keys'
import { roundIdentity } from './parked-keys'

const PARKING = 'facts.parked.id'
const ROUND = 'facts.parked.round'

export interface DeadLetterOptions {
  readonly topic: string
  readonly partition: number
  readonly record: InputRecord
  readonly error: FactsError
  readonly processor: string
  readonly task: string
  /** The parked key of the record; undefined when there is none. */
  readonly parked: Pick<ParkedKey, 'id' | 'round'> | undefined
  /** Bytes of the largest batch that the topic takes. */
  readonly limit?: number
}

/**
 * A record that could not be processed, unchanged, with its cause and coordinates as headers (see KIP-1034). If it is too
 * large for its topic, its value stays in the input, see `abridged`.
 */
export function deadLetter(options: DeadLetterOptions): OutputRecord {
  const { topic, partition, record, error, processor, task, parked } = options
  const headers: Headers = {
    ...inputHeaders(record),
    'facts.error.code': error.code,
    'facts.error.message': boundedText(error.message),
    'facts.error.cause': error.cause instanceof Error ? boundedText(error.cause.message) : '',
    'facts.processor': processor,
    'facts.task': task,
  }
  const parking =
    parked === undefined ? {} : { [PARKING]: parked.id, [ROUND]: String(parked.round) }
  const { key, value, timestamp } = record
  const letter = { topic, partition, key, value, timestamp, headers: { ...headers, ...parking } }
  return abridged(letter, options.limit ?? DEFAULT_MAX_MESSAGE_BYTES)
}

/** Identity of the parking that the dead letter belongs to; undefined when there is none. */
export function parkingOf({ headers }: Pick<LogRecord, 'headers'>): string | undefined {
  const round = headers[ROUND]?.toString()
  return headers[PARKING]?.toString() ?? (round === undefined ? undefined : roundIdentity(round))
}
