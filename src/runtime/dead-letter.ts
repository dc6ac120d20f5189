import type { FactsError } from '../errors'
import type { Headers, LogRecord, OutputRecord } from '../topology/record'
import { inputHeaders } from './control-record'

export interface DeadLetterOptions {
  readonly topic: string
  readonly partition: number
  readonly record: LogRecord
  readonly error: FactsError
  readonly processor: string
  readonly task: string
  /** Of the parked key; undefined when the record has no key to park. */
  readonly round: number | undefined
}

/** A record that could not be processed, as it was, with its cause and coordinates as headers (see KIP-1034). */
export function deadLetter(options: DeadLetterOptions): OutputRecord {
  const { topic, partition, record, error, processor, task, round } = options
  const headers: Headers = {
    ...inputHeaders(record),
    'facts.error.code': error.code,
    'facts.error.message': error.message,
    'facts.error.cause': error.cause instanceof Error ? error.cause.message : '',
    'facts.processor': processor,
    'facts.task': task,
    ...(round === undefined ? {} : { 'facts.parked.round': String(round) }),
  }
  return {
    topic,
    partition,
    key: record.key,
    value: record.value,
    timestamp: record.timestamp,
    headers,
  }
}
