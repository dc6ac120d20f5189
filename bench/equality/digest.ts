import { createHash } from 'node:crypto'
import type { LogRecord } from '../../src/topology/record'

/** Of a dead letter's headers, those in which the peers may differ: wording, names of their own, and parking keys. */
const OWN_WORDS = new Set([
  'facts.error.message',
  'facts.error.cause',
  'facts.task',
  'facts.processor',
  'facts.parked.id',
  'facts.parked.round',
])

/** Everything that two peers must agree on, as lines: partition, time, headers by name, value. */
export function essence(record: LogRecord): readonly string[] {
  const headers = Object.entries(record.headers)
    .filter(([name]) => !OWN_WORDS.has(name))
    .map(([name, value]) => `${name}: ${String(value)}`)
    .sort()
  return [
    `partition ${record.partition}`,
    `timestamp ${record.timestamp.toString()}`,
    ...headers,
    `value ${record.value === null ? 'null' : record.value.toString('hex')}`,
  ]
}

export function digest(record: LogRecord): string {
  return createHash('md5').update(essence(record).join('\n')).digest('base64')
}
