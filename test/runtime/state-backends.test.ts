import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LmdbBackend } from '../../src/runtime/state/lmdb-backend'
import { MemoryBackend } from '../../src/runtime/state/memory-backend'
import type { StateBackend, TaskDatabase } from '../../src/runtime/state/state-backend'
import { createLogger } from '../../src/telemetry'
import { temporaryFolder } from '../support/temporary-folder'

const TASK = 'app.topic.0'
const STORE = 'app.rows'
const ORIGIN = 'origin-1'
const temporary = temporaryFolder()
const logger = createLogger({ level: 'silent', format: 'json' })
const bytes = (text: string): Buffer => Buffer.from(text)

const backends: [name: string, make: () => StateBackend][] = [
  ['memory', () => new MemoryBackend()],
  ['LMDB', () => new LmdbBackend(temporary.path, logger)],
]

describe.each(backends)('state in %s', (_name, make) => {
  let backend: StateBackend
  let opened: TaskDatabase[]
  beforeEach(() => {
    backend = make()
    opened = []
  })
  afterEach(() => {
    for (const database of opened) database.close()
  })

  const open = (task = TASK): TaskDatabase => {
    const database = backend.open(task, [STORE])
    opened.push(database)
    return database
  }
  const apply = (
    database: TaskDatabase,
    changes: Readonly<Record<string, string | null>>,
    offset = 1n,
  ): boolean =>
    database.apply(
      STORE,
      new Map(
        Object.entries(changes).map(([key, value]) => [key, value === null ? null : bytes(value)]),
      ),
      { origin: ORIGIN, offset },
    )

  test('is empty and without a checkpoint at first', () => {
    const database = open()
    expect(database.get(STORE, 'a')).toBeUndefined()
    expect([...database.entries(STORE)]).toEqual([])
    expect(database.checkpoint(STORE)).toBeUndefined()
  })

  test('holds what was applied last, and its checkpoint, also when opened again', () => {
    const first = open()
    expect(apply(first, { a: '1', b: '2', c: '3' }, 10n)).toBe(true)
    expect(apply(first, { a: '4', b: null }, 2n ** 60n)).toBe(true)
    first.close()
    const second = open()
    expect([...second.entries(STORE)]).toEqual([
      ['a', bytes('4')],
      ['c', bytes('3')],
    ])
    expect(second.get(STORE, 'a')).toEqual(bytes('4'))
    expect(second.get(STORE, 'b')).toBeUndefined()
    expect(second.checkpoint(STORE)).toEqual({ origin: ORIGIN, offset: 2n ** 60n })
  })

  test('of one task is not that of another', () => {
    apply(open(), { a: '1' })
    expect(open('app.topic.1').get(STORE, 'a')).toBeUndefined()
  })

  test('takes nothing from an owner that another has followed', () => {
    const zombie = open()
    apply(zombie, { a: '1' }, 1n)
    const owner = open()
    apply(owner, { a: '2' }, 2n)
    expect(apply(zombie, { a: '3' }, 3n)).toBe(false)
    expect(owner.get(STORE, 'a')).toEqual(bytes('2'))
    expect(owner.checkpoint(STORE)?.offset).toBe(2n)
  })

  test('that is cleared has neither values nor a checkpoint', () => {
    const database = open()
    apply(database, { a: '1' })
    database.clear(STORE)
    expect([...database.entries(STORE)]).toEqual([])
    expect(database.checkpoint(STORE)).toBeUndefined()
  })

  test('takes empty values and keys beyond ASCII', () => {
    const database = open()
    apply(database, { 'schlüssel/€': '', '': 'empty key' })
    expect(database.get(STORE, 'schlüssel/€')).toEqual(Buffer.alloc(0))
    expect(database.get(STORE, '')).toEqual(bytes('empty key'))
  })
})

describe('state on disk', () => {
  const fileIn = (folder: string): string => join(folder, TASK, 'data.mdb')

  test('that was changed by a disk is refused, not used', () => {
    const folder = temporary.path
    const database = new LmdbBackend(folder, logger).open(TASK, [STORE])
    database.apply(STORE, new Map([['key', bytes('the value to damage')]]), {
      origin: ORIGIN,
      offset: 1n,
    })
    database.close()
    const content = readFileSync(fileIn(folder))
    const at = content.indexOf('the value to damage')
    expect(at).toBeGreaterThan(0)
    for (let from = at; from !== -1; from = content.indexOf('the value to damage', from)) {
      content.write('X', from)
    }
    writeFileSync(fileIn(folder), content)
    const damaged = new LmdbBackend(folder, logger).open(TASK, [STORE])
    try {
      expect(() => damaged.get(STORE, 'key')).toThrow(
        expect.objectContaining({ code: 'STATE_CORRUPT' }),
      )
    } finally {
      damaged.close()
    }
  })

  test('that is no database is removed and begun anew', () => {
    const folder = temporary.path
    new LmdbBackend(folder, logger).open(TASK, [STORE]).close()
    writeFileSync(fileIn(folder), Buffer.alloc(16_384, 0x5a))
    const database = new LmdbBackend(folder, logger).open(TASK, [STORE])
    expect(database.checkpoint(STORE)).toBeUndefined()
    database.close()
    expect(readdirSync(folder)).toEqual([TASK])
  })

  test('refuses keys longer than it can hold', () => {
    const database = new LmdbBackend(temporary.path, logger).open(TASK, [STORE])
    expect(() => database.get(STORE, 'k'.repeat(3_000))).toThrow(
      expect.objectContaining({ code: 'KEY_INVALID' }),
    )
    database.close()
  })
})
