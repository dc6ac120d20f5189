import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConnectorSettings } from '../../src/source-format/settings/connector-settings'
import type { Headers, LogRecord } from '../../src/topology/record'

const FOLDER = join(__dirname, '../golden/formats')

/** Settings of the connector of each recorded form, by the form's name. */
export const { forms: RECORDED_FORMS, schemas: RECORDED_SCHEMAS } = JSON.parse(
  readFileSync(join(FOLDER, 'recording.json'), 'utf8'),
) as {
  readonly forms: Readonly<Record<string, ConnectorSettings>>
  /** What the registry had, by id. */
  readonly schemas: Readonly<Record<string, string>>
}

/** The registry as it was when the forms were recorded. */
export const recordedSchema = (id: number): Promise<string | undefined> =>
  Promise.resolve(RECORDED_SCHEMAS[id])

type Written = string | { readonly base64: string } | null

interface Line {
  readonly topic: string
  readonly timestamp: string
  readonly key: Written
  readonly value: Written
  readonly headers?: Readonly<Record<string, Written>>
}

/** All that the form's connector wrote, byte for byte. */
export function recordedForm(name: string): readonly LogRecord[] {
  const ends = new Map<string, bigint>()
  return readFileSync(join(FOLDER, `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { topic, timestamp, key, value, headers = {} } = JSON.parse(line) as Line
      const offset = ends.get(topic) ?? 0n
      ends.set(topic, offset + 1n)
      return {
        topic,
        partition: 0,
        offset,
        timestamp: BigInt(timestamp),
        key: bytes(key),
        value: bytes(value),
        headers: Object.fromEntries(
          Object.entries(headers).map(([header, written]) => [header, bytes(written)]),
        ) as Headers,
      }
    })
}

function bytes(written: Written): Buffer | null {
  if (written === null) return null
  return typeof written === 'string' ? Buffer.from(written) : Buffer.from(written.base64, 'base64')
}

/** The topic of a table in a form. */
export function topicIn(form: string, table: string): string {
  if (form === 'routed') return `routed-of-${table}`
  if (form === 'logical' && (table === 'numbers' || table === 'defaults')) {
    return `logical.all.${table}`
  }
  return `${form}.public.${table}`
}
