import type { FactsError } from '../errors'
import type { Headers, LogRecord, OutputRecord } from '../topology/record'

export interface DeadLetterOptions {
  readonly topic: string
  readonly partition: number
  readonly record: LogRecord
  readonly error: FactsError
  readonly processor: string
  readonly task: string
}

/** A record that could not be processed, as it was, with its cause and coordinates as headers (see KIP-1034). */
export function deadLetter(options: DeadLetterOptions): OutputRecord {
  const { topic, partition, record, error, processor, task } = options
  const headers: Headers = {
    ...prefixed(record.headers),
    'facts.error.code': error.code,
    'facts.error.message': error.message,
    'facts.error.cause': error.cause instanceof Error ? error.cause.message : '',
    'facts.input.topic': record.topic,
    'facts.input.partition': String(record.partition),
    'facts.input.offset': record.offset.toString(),
    'facts.input.timestamp': record.timestamp.toString(),
    'facts.processor': processor,
    'facts.task': task,
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

/** The record's own headers, kept apart from ours so that replay can restore them. */
function prefixed(headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`facts.input.header.${name}`, value]),
  )
}
