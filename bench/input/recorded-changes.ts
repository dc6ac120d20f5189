import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What `npm run record` wrote. */
const RECORDED = join(__dirname, '..', '..', 'test', 'golden', 'debezium-3.7.0')

export interface RecordedChange {
  readonly key: Buffer
  readonly value: Buffer
}

/** The first recorded change of a table whose value has these texts. */
export function recordedChange(table: string, ...texts: readonly string[]): RecordedChange {
  const lines = readFileSync(join(RECORDED, `${table}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
  for (const line of lines) {
    const value = line.indexOf(',"value":')
    const change = {
      key: Buffer.from(line.slice(line.indexOf('"key":') + '"key":'.length, value)),
      value: Buffer.from(line.slice(value + ',"value":'.length, -1)),
    }
    if (texts.every((text) => change.value.includes(text))) return change
  }
  throw new Error(`No recorded change of ${table} has ${texts.join(' and ')}.`)
}

/** The old row of a recorded deleted one, of another id: JSON text. */
export function deletedRow(table: string): (id: number) => string {
  const { value } = recordedChange(table, '"op":"d"')
  const { before } = JSON.parse(value.toString()) as { readonly before: { readonly id: number } }
  const text = JSON.stringify(before)
  const rest = text.slice(`{"id":${before.id}`.length)
  // Written as it was, or what is made of it would be another form.
  if (!value.includes(text))
    throw new Error(`A deleted row of ${table} is not what JSON.stringify makes.`)
  return (id) => `{"id":${id}${rest}`
}
