/**
 * Run in the folder of an application: makes facts of records (JSON lines on the standard input, key and value as base64) by the
 * application's own declarations, and prints them as JSON lines.
 */
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { drive } from '../../../src/testing/drive'

interface GivenRecord {
  readonly topic: string
  readonly key: string | null
  readonly value: string | null
  readonly timestamp: string
}

async function main(): Promise<void> {
  const load = (path: string): Promise<Readonly<Record<string, unknown>>> =>
    import(join(process.cwd(), path)) as Promise<Readonly<Record<string, unknown>>>
  const facts = (await load('facts/index.ts'))['pulledFacts'] as Parameters<typeof drive>[0]
  const schemas = (await load('gen/schemas.ts'))['schemas'] as never
  const driver = await drive(facts, { schemas, partitions: 1 })
  const bytes = (text: string | null): Buffer | null =>
    text === null ? null : Buffer.from(text, 'base64')
  for await (const line of createInterface({ input: process.stdin })) {
    const { topic, key, value, timestamp } = JSON.parse(line) as GivenRecord
    driver.write({
      topic,
      partition: 0,
      key: bytes(key),
      value: bytes(value),
      timestamp: BigInt(timestamp),
      headers: {},
    })
  }
  for (const { fact, kind, message } of await driver.facts()) {
    console.log(JSON.stringify({ fact, kind, message: marked(message) }))
  }
  for (const { headers } of await driver.deadLetters()) {
    console.log(JSON.stringify({ dead: Object.values(headers).map(String) }))
  }
  await driver.stop()
}

/** What JSON lacks, as an object that says its type. */
function marked(value: unknown): unknown {
  if (typeof value === 'bigint') return { $bigint: value.toString() }
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') }
  if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) }
  if (Array.isArray(value)) return value.map(marked)
  if (typeof value !== 'object' || value === null) return value
  const fields: Record<string, unknown> = {}
  // A field that is not in the bytes has its default from the message's prototype.
  for (const name in value) {
    const field: unknown = (value as Readonly<Record<string, unknown>>)[name]
    if (typeof field !== 'function') fields[name] = marked(field)
  }
  return fields
}

void main()
