import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import { LmdbBackend } from '../../../src/runtime/state/lmdb-backend'
import { debeziumRecord } from '../../../src/testing/debezium'
import { SourceClock } from '../../../src/testing/source-clock'
import { createLogger } from '../../../src/telemetry'
import { DOC, PAIR } from '../../support/recorded-state'
import { RecordedWorld } from '../../support/recorded-world'

/** `tsx test/golden/state/record.ts VERSION` records the state that the code at hand writes, see README.md. */
const [version = ''] = process.argv.slice(2)
const target = join(__dirname, version)

type Columns = Readonly<Record<string, unknown>>

const FULL = {
  title: 'full', body: 'a long text', tags: ['a', null, 'ü'], meta: '{"a": 1.50}',
  amount: '12345678901234567890.5', blob: Buffer.from('bytes').toString('base64'),
  score: 0.25, flag: true, size: -7, at: '2026-01-02T01:04:05.678901Z',
}
const EMPTY = {
  title: 'empty', body: null, tags: null, meta: null, amount: null, blob: null,
  score: null, flag: null, size: null, at: null,
}

async function record(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'facts-state-'))
  const logger = createLogger({ level: 'silent', format: 'json' })
  const world = new RecordedWorld(new LmdbBackend(folder, logger))
  const clock = new SourceClock()
  const write = (topic: string, op: 'c' | 'u' | 'd' | 'r' | 't', row: Columns | null): void => {
    const position = clock.next()
    const names = topic === DOC ? ['id'] : ['a', 'b']
    const key = row && Object.fromEntries(names.map((name) => [name, row[name]]))
    const images = { after: op === 'd' ? null : row, before: op === 'd' ? key : null }
    const transaction = op === 'r' ? null : position.transaction
    world.append(debeziumRecord({ topic, op, key, ...images, ...position, transaction }))
  }
  await world.start()
  write(DOC, 'c', { id: 1, ...FULL })
  write(DOC, 'r', { id: 2, ...EMPTY })
  write(DOC, 'c', { id: 3, ...FULL, title: 'gone' })
  write(DOC, 'd', { id: 3 })
  write(DOC, 'c', { id: 4, ...FULL, title: 'bad' })
  write(PAIR, 'c', { a: 1, b: 'emptied', note: 'x' })
  write(PAIR, 't', null)
  write(PAIR, 'c', { a: 2, b: 'live', note: 'y' })
  await world.settle()
  await world.stop()
  mkdirSync(target, { recursive: true })
  const changelogs = world.changelogs().map(({ topic, offset, key, value }) =>
    JSON.stringify({
      topic, offset: offset.toString(), key: key?.toString('base64'),
      value: value?.toString('base64') ?? null,
    }),
  )
  writeFileSync(join(target, 'changelogs.jsonl'), `${changelogs.join('\n')}\n`)
  const entries = world.tasks().flatMap(({ task, stores }) => entriesOf(folder, task, stores))
  writeFileSync(join(target, 'lmdb.jsonl'), `${entries.join('\n')}\n`)
  rmSync(folder, { recursive: true })
}

function entriesOf(folder: string, task: string, stores: readonly string[]): string[] {
  const root = open({ path: join(folder, task), noSubdir: false, maxDbs: stores.length + 1 })
  const meta = [...root.openDB<unknown, string>({ name: 'meta', encoding: 'json' }).getRange()]
  const lines = meta.map(({ key, value }) =>
    JSON.stringify({ task, database: 'meta', key, value: JSON.stringify(value) }),
  )
  for (const store of stores) {
    const database = `store ${store}`
    const rows = root.openDB<Buffer, string>({ name: database, encoding: 'binary' })
    for (const { key, value } of rows.getRange()) {
      lines.push(JSON.stringify({ task, database, key, value: value.toString('base64') }))
    }
  }
  void root.close()
  return lines
}

void record()
