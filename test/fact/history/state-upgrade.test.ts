import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { originOf } from '../../../src/runtime/state/changelog'
import { LmdbBackend } from '../../../src/runtime/state/lmdb-backend'
import { MemoryBackend } from '../../../src/runtime/state/memory-backend'
import { debeziumRecord } from '../../../src/testing/debezium'
import { SourceClock } from '../../../src/testing/source-clock'
import { createLogger } from '../../../src/telemetry'
import {
  DOC,
  PAIR,
  docFact,
  pairFact,
  recordedChangelogs,
  restoreRecordedFolder,
} from '../../support/recorded-state'
import { RecordedWorld } from '../../support/recorded-world'
import { temporaryFolder } from '../../support/temporary-folder'

/*
 * State that every version of the product has written is read by the code at hand; see test/golden/state/README.md.
 */
type Columns = Readonly<Record<string, unknown>>

const PLACEHOLDER = '__debezium_unavailable_value'
const versions = readdirSync(join(__dirname, '../../golden/state')).filter((name) =>
  existsSync(join(__dirname, '../../golden/state', name, 'changelogs.jsonl')),
)
const temporary = temporaryFolder()
const logger = createLogger({ level: 'silent', format: 'json' })
let world: RecordedWorld
let clock: SourceClock
afterEach(() => world.stop())

describe.each(versions)('state of version %s', (version) => {
  const fromChangelogs = (): Promise<void> => {
    world = new RecordedWorld(new MemoryBackend())
    world.restoreChangelogs(recordedChangelogs(version))
    return Promise.resolve()
  }
  const fromDisk = async (): Promise<void> => {
    await restoreRecordedFolder(version, temporary.path)
    world = new RecordedWorld(new LmdbBackend(temporary.path, logger))
    // Only the origins are left, so what the tests find comes from the disk.
    const records = recordedChangelogs(version)
    world.restoreChangelogs(
      records.map((one) => (originOf(one) === undefined ? { ...one, value: null } : one)),
    )
  }

  describe.each([
    ['in the changelogs', fromChangelogs],
    ['on disk', fromDisk],
  ])('%s', (_where, restore) => {
    beforeEach(async () => {
      await restore()
      clock = new SourceClock()
      await world.start()
    })

    test('knows what was delivered before', async () => {
      change(DOC, 'c', { id: 1, ...FULL })
      change(DOC, 'r', { id: 2, ...EMPTY })
      await world.settle()
      expect(world.read(docFact)).toEqual([])
    })

    test('has every value of a row', async () => {
      later()
      change(DOC, 'u', { id: 1, ...FULL, title: 'changed', ...UNCHANGED })
      await world.settle()
      expect(world.read(docFact)).toEqual([
        [
          'changed',
          JSON.stringify({ id: '1', ...FULL, title: 'changed', blob: 'bytes in hex' }).replace(
            'bytes in hex',
            Buffer.from('bytes').toString('hex'),
          ),
        ],
      ])
    })

    test('has no row that was deleted, and those that a TRUNCATE empties', async () => {
      later()
      change(DOC, 'u', { id: 3, ...FULL, title: 'revived', body: PLACEHOLDER })
      change(PAIR, 't', null)
      await world.settle()
      expect(world.read(docFact).map(([, row]) => row)).toEqual([
        expect.stringContaining('"body":null'),
      ])
      expect(world.read(pairFact)).toEqual([['', '']])
    })

    test('has the keys that wait', async () => {
      later()
      change(DOC, 'u', { id: 4, ...FULL, title: 'good' })
      await world.settle()
      expect(world.read(docFact)).toEqual([])
    })
  })
})

const FULL = {
  title: 'full',
  body: 'a long text',
  tags: ['a', null, 'ü'],
  meta: '{"a": 1.50}',
  amount: '12345678901234567890.5',
  blob: Buffer.from('bytes').toString('base64'),
  score: 0.25,
  flag: true,
  size: -7,
  at: '2026-01-02T01:04:05.678901Z',
}
const EMPTY = {
  title: 'empty',
  body: null,
  tags: null,
  meta: null,
  amount: null,
  blob: null,
  score: null,
  flag: null,
  size: null,
  at: null,
}
const UNCHANGED = {
  body: PLACEHOLDER,
  tags: [PLACEHOLDER],
  meta: PLACEHOLDER,
  amount: PLACEHOLDER,
  blob: Buffer.from(PLACEHOLDER).toString('base64'),
}

/** Positions after those of the recording. */
function later(): void {
  for (let count = 0; count < 20; count += 1) clock.next()
}

function change(topic: string, op: 'c' | 'u' | 'd' | 'r' | 't', row: Columns | null): void {
  const position = clock.next()
  const names = topic === DOC ? ['id'] : ['a', 'b']
  const key = row && Object.fromEntries(names.map((name) => [name, row[name]]))
  const transaction = op === 'r' ? null : position.transaction
  world.append(
    debeziumRecord({ topic, op, key, after: row, before: null, ...position, transaction }),
  )
}
