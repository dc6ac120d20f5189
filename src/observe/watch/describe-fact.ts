import { describeError } from '../../errors'
import type { LogRecord } from '../../topology/record'
import type { Seen } from './pairing'

/** A fact's bytes as JSON text. */
export type FactText = (record: LogRecord) => string

/** A fact as text. Never throws. */
export function describeFact(record: LogRecord, at: number, text: FactText): Seen {
  const id = headerText(record, 'ce_id')
  // shop.order/42@81140440.1 -> 42@81140440
  const pair = id.slice(id.indexOf('/') + 1).replace(/\.\d+$/, '')
  const title = `${headerText(record, 'ce_type')} ${record.key?.toString() ?? ''}`
  try {
    return { pair, at, title, body: text(record) }
  } catch (error) {
    return { pair, at, title, body: `cannot be decoded: ${describeError(error)}` }
  }
}

/** A dead letter as text: the error and the record. */
export function describeDeadLetter(record: LogRecord): string {
  const at = ['topic', 'partition', 'offset'].map((name) =>
    headerText(record, `facts.input.${name}`),
  )
  return `dead letter ${at.join('/')} ${headerText(record, 'facts.error.code')}: ${headerText(record, 'facts.error.message')}`
}

const headerText = (record: LogRecord, name: string): string => String(record.headers[name] ?? '')
