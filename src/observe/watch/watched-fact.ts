import { describeError } from '../../errors'
import type { JsonObject } from '../../protobuf/json/json'
import { parseJsonBytes } from '../../protobuf/json/json'
import type { LogRecord } from '../../topology/record'
import type { LastKnown } from './last-known'
import type { Seen } from './seen'

/** A fact's bytes as JSON text. */
export type FactText = (record: LogRecord) => string

/** A fact, ready to be shown. */
export interface WatchedFact extends Seen {
  /** CloudEvents type, such as `shop.order.updated`. */
  readonly type: string
  /** The record's key. */
  readonly subject: string
  /** The last fact of the subject that this watch has seen. */
  readonly before: JsonObject | undefined
  /** The message; null when it has no value. */
  readonly message: JsonObject | null
  readonly headers: Readonly<Record<string, string>>
  /** Why it cannot be decoded. */
  readonly fault?: string
}

/** Never throws. */
export function watchedFact(
  record: LogRecord,
  at: number,
  text: FactText,
  facts: LastKnown,
): WatchedFact {
  const id = headerText(record, 'ce_id')
  const subject = record.key?.toString() ?? ''
  const name = `${record.topic}/${subject}`
  const about = {
    // shop.order/42@81140440.1 -> 42@81140440
    pair: id.slice(id.indexOf('/') + 1).replace(/\.\d+$/, ''),
    at,
    type: headerText(record, 'ce_type'),
    subject,
    before: facts.get(name),
    headers: Object.fromEntries(
      Object.keys(record.headers).map((header) => [header, headerText(record, header)]),
    ),
  }
  try {
    const message = parseJsonBytes(Buffer.from(text(record))) as JsonObject | null
    facts.set(name, about.type.endsWith('.deleted') ? undefined : (message ?? undefined))
    return { ...about, message }
  } catch (error) {
    return { ...about, message: null, fault: `cannot be decoded: ${describeError(error)}` }
  }
}

/** A record that could not become a fact: why, and where it is. */
export interface DeadLetter {
  readonly topic: string
  readonly partition: string
  readonly offset: string
  readonly code: string
  readonly message: string
}

export function deadLetter(record: LogRecord): DeadLetter {
  const of = (name: string): string => headerText(record, `facts.${name}`)
  return {
    topic: of('input.topic'),
    partition: of('input.partition'),
    offset: of('input.offset'),
    code: of('error.code'),
    message: of('error.message'),
  }
}

const headerText = (record: LogRecord, name: string): string => String(record.headers[name] ?? '')
