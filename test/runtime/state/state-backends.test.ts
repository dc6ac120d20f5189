import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from '@node-rs/crc32'
import { open as openLmdb } from 'lmdb'
import { LmdbBackend } from '../../../src/runtime/state/lmdb-backend'
import { MemoryBackend } from '../../../src/runtime/state/memory-backend'
import type { StateBackend, TaskDatabase } from '../../../src/runtime/state/state-backend'
import { createLogger } from '../../../src/telemetry'
import { temporaryFolder } from '../../support/temporary-folder'

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

  test('takes keys of any length, each apart from those that begin like it', () => {
    const database = open()
    const keys = ['k'.repeat(1_900), 'k'.repeat(1_901), 'k'.repeat(100_000), '€'.repeat(700)]
    apply(database, Object.fromEntries(keys.map((key) => [key, String(key.length)])))
    apply(database, { [`${'k'.repeat(100_000)}.`]: 'another', ['k'.repeat(1_901)]: null })
    database.close()
    const again = open()
    expect(keys.map((key) => again.get(STORE, key)?.toString())).toEqual([
      '1900',
      undefined,
      '100000',
      '700',
    ])
    const found = [...again.entries(STORE)].map(([key, value]) => [key.length, String(value)])
    expect(found.sort(([a], [b]) => Number(a) - Number(b))).toEqual([
      [700, '700'],
      [1_900, '1900'],
      [100_000, '100000'],
      [100_001, 'another'],
    ])
  })

  test('lists keys unchanged, with any characters', () => {
    const database = open()
    const characters = Array.from({ length: 300 }, (_, code) => String.fromCharCode(code))
    const keys = characters.flatMap((one) => [one, `a${one}b`, `${one}${'x'.repeat(80)}${one}`])
    apply(database, Object.fromEntries(keys.map((key) => [key, key])))
    const listed = [...database.entries(STORE)]
    expect(new Set(listed.map(([key]) => key))).toEqual(new Set(keys))
    expect(listed.filter(([key, value]) => key !== String(value))).toEqual([])
  })

  test('lists every key once while others have their turn, however many there are', async () => {
    const database = open()
    const keys = Array.from({ length: 2_345 }, (_, index) =>
      index % 7 === 0 ? `${'long'.repeat(800)}${index}` : `key ${index}`,
    )
    apply(database, Object.fromEntries(keys.map((key) => [key, key])))
    const listed: string[] = []
    for (const [key, value] of database.entries(STORE)) {
      expect(value.toString()).toBe(key)
      listed.push(key)
      if (listed.length % 400 > 0) continue
      await new Promise(setImmediate)
      apply(database, { [keys[0] ?? '']: keys[0] ?? '' }, BigInt(listed.length))
    }
    expect(listed.sort()).toEqual(keys.sort())
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

  test('that is not a database is removed and recreated', () => {
    const folder = temporary.path
    new LmdbBackend(folder, logger).open(TASK, [STORE]).close()
    writeFileSync(fileIn(folder), Buffer.alloc(16_384, 0x5a))
    const database = new LmdbBackend(folder, logger).open(TASK, [STORE])
    expect(database.checkpoint(STORE)).toBeUndefined()
    database.close()
    expect(readdirSync(folder)).toEqual([TASK])
  })

  test('of a version that kept control characters as they are is read, and restored where it cannot be listed', () => {
    const folder = temporary.path
    const key = `\u0001${'k'.repeat(80)}`
    new LmdbBackend(folder, logger).open(TASK, [STORE]).close()
    const value = Buffer.from('value')
    const sealed = Buffer.concat([value, Buffer.alloc(4)])
    sealed.writeUInt32LE(crc32(value), value.length)
    const path = join(folder, TASK)
    const root = openLmdb({ path, noSubdir: false, maxDbs: 2, overlappingSync: false })
    const rows = root.openDB<Buffer, string>({ name: `store ${STORE}`, encoding: 'binary' })
    root.transactionSync(() => void rows.put(key, sealed))
    void root.close()
    const database = new LmdbBackend(folder, logger).open(TASK, [STORE])
    try {
      expect(database.get(STORE, key)).toEqual(value)
      expect(() => [...database.entries(STORE)]).toThrow(
        expect.objectContaining({ code: 'STATE_CORRUPT' }),
      )
      database.apply(STORE, new Map([[key, bytes('new')]]), { origin: ORIGIN, offset: 1n })
      expect([...database.entries(STORE)]).toEqual([[key, bytes('new')]])
    } finally {
      database.close()
    }
  })
})
