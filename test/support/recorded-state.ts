import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { open } from 'lmdb'
import * as column from '../../src/table/columns'
import { defineTable } from '../../src/table/table'
import { defineFact } from '../../src/fact/declare/define-fact'
import { factTopic } from '../../src/fact/declare/fact-topic'
import { wildapp } from '../../src/wildapp/gen/messages'
import type { LogRecord } from '../../src/topology/record'

/*
 * State as earlier versions of the product wrote it; see test/golden/state/README.md.
 */
export const APPLICATION = 'recorded'
export const DEAD_LETTERS = 'recorded.dead-letters'
export const DOC = 'monolith.public.doc'
export const PAIR = 'monolith.public.pair'

const FOLDER = join(__dirname, '../golden/state')
const event = { timestamp: { seconds: 0n, nanos: 0 }, subscriber: null, patchOf: null }

/** One column of each form that a row's image has. */
export const docTable = defineTable({
  topic: DOC,
  key: { id: column.bigint() },
  columns: {
    title: column.text(),
    body: column.text().nullable(),
    tags: column.textArray().nullable(),
    meta: column.jsonb().nullable(),
    amount: column.numeric().nullable(),
    blob: column.bytea().nullable(),
    score: column.double().nullable(),
    flag: column.boolean().nullable(),
    size: column.integer().nullable(),
    at: column.timestamptz().nullable(),
  },
})

export const pairTable = defineTable({
  topic: PAIR,
  key: { a: column.integer(), b: column.text() },
  columns: { note: column.text().nullable() },
})

/** A fact with the whole row; a title `bad` parks its key. */
export const docFact = defineFact({
  name: 'doc',
  from: docTable,
  key: ({ id }) => ({ id }),
  map: ({ row }) => {
    if (row.title === 'bad') throw new Error('the title is bad')
    return { ...event, type: row.title ?? '', payload: rowText(row) }
  },
  to: factTopic('recorded.doc', wildapp.event.v1.Event),
})

export const pairFact = defineFact({
  name: 'pair',
  from: pairTable,
  key: ({ a }) => ({ id: BigInt(a) }),
  map: ({ row }) => ({ ...event, type: row.b, payload: row.note ?? '' }),
  to: factTopic('recorded.pair', wildapp.event.v1.Event),
})

/** The row as JSON; a bigint and bytes as text. */
export function rowText(row: object): string {
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => {
        if (Buffer.isBuffer(value)) return [name, value.toString('hex')]
        return [name, typeof value === 'bigint' ? value.toString() : (value as unknown)]
      }),
    ),
  )
}

interface RecordedRecord {
  readonly topic: string
  readonly offset: string
  readonly key: string
  readonly value: string | null
}

/** The changelogs' records in their order; each topic has one partition. */
export function recordedChangelogs(version: string): readonly LogRecord[] {
  return (lines(version, 'changelogs') as readonly RecordedRecord[]).map(
    ({ topic, offset, key, value }) => ({
      topic,
      partition: 0,
      offset: BigInt(offset),
      timestamp: 0n,
      headers: {},
      key: Buffer.from(key, 'base64'),
      value: value === null ? null : Buffer.from(value, 'base64'),
    }),
  )
}

interface RecordedEntry {
  readonly task: string
  readonly database: string
  readonly key: string
  readonly value: string
}

/** Makes the folders of the tasks' local state, entry by entry. */
export async function restoreRecordedFolder(version: string, folder: string): Promise<void> {
  const entries = lines(version, 'lmdb') as readonly RecordedEntry[]
  for (const task of new Set(entries.map((entry) => entry.task))) {
    const root = open({ path: join(folder, task), noSubdir: false, maxDbs: 10 })
    for (const { database, key, value } of entries.filter((entry) => entry.task === task)) {
      const encoding = database === 'meta' ? 'json' : 'binary'
      const kept = root.openDB<unknown, string>({ name: database, encoding })
      await kept.put(key, database === 'meta' ? JSON.parse(value) : Buffer.from(value, 'base64'))
    }
    await root.close()
  }
}

function lines(version: string, name: string): readonly unknown[] {
  const text = readFileSync(join(FOLDER, version, `${name}.jsonl`), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}
