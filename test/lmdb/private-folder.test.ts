import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { privateFile, privateFolder, privateTree } from '../../src/lmdb/private-folder'
import { cursorSecret } from '../../src/feed/store/cursor-secret'
import { serverId } from '../../src/feed/store/server-id'
import { FactStore } from '../../src/feed/store/fact-store'
import type { SubjectIndexOptions } from '../../src/feed/store/subject-index'
import { SubjectIndex } from '../../src/feed/store/subject-index'
import { FilePosition } from '../../src/client/position/file-position'
import { LmdbBackend } from '../../src/runtime/state/lmdb-backend'
import { writeJsonFile } from '../../src/dev-stack/process/json-file'
import { createLogger } from '../../src/telemetry'
import { temporaryFolder } from '../support/temporary-folder'

const folder = temporaryFolder()
const logger = createLogger({ level: 'silent', format: 'json' })
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

/** What others may do with anything below. */
function open(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((one) => (statSync(one).mode & 0o077) !== 0)
}

let before: number
beforeEach(() => {
  before = process.umask(0o022)
})
afterEach(() => process.umask(before))

test('a folder is made for its user alone, with those above it, and one that is there is closed', () => {
  const inner = privateFolder(join(folder.path, 'a', 'b'))
  expect([modeOf(join(folder.path, 'a')), modeOf(inner)]).toEqual(['700', '700'])
  chmodSync(inner, 0o755)
  privateFolder(inner)
  expect(modeOf(inner)).toBe('700')
})

test('a file is made for its user alone, and one that is there keeps what it holds', () => {
  const path = join(folder.path, 'file')
  privateFile(path)
  expect(modeOf(path)).toBe('600')
  writeFileSync(path, 'kept')
  chmodSync(path, 0o644)
  privateFile(path)
  expect([modeOf(path), statSync(path).size]).toEqual(['600', 4])
})

test('a folder of an earlier version is closed with everything in it', () => {
  const home = join(folder.path, 'home')
  mkdirSync(join(home, 'logs'), { recursive: true })
  writeFileSync(join(home, 'logs', 'pipeline.log'), '')
  privateTree(home)
  expect(modeOf(home)).toBe('700')
  expect(open(home)).toEqual([])
})

/** Nothing is decoded before it follows a store. */
const indexIn = (path: string): SubjectIndexOptions => ({
  folder: path,
  fields: ['id'],
  decoder: undefined as never,
})

const writers: readonly (readonly [string, (path: string) => unknown])[] = [
  ["a task's state", (path) => new LmdbBackend(path, logger).open('task', ['rows']).close()],
  ["a feed's store", (path) => new FactStore(join(path, 'feed'), 'topic', 1).close()],
  ["a feed's index", (path) => new SubjectIndex(indexIn(join(path, 'index'))).close()],
  ["a feed's secret", (path) => cursorSecret(undefined, join(path, 'feed', 'secret'))],
  ["a feed's name", (path) => serverId(join(path, 'server-id'))],
  ['endpoints', (path) => writeJsonFile(join(path, 'home', 'endpoints.json'), {})],
  [
    'a log',
    (path) =>
      createLogger({ level: 'info', format: 'json', file: join(path, 'its.log') }).info('line'),
  ],
  ["a follower's position", (path) => new FilePosition(join(path, 'new', 'position')).open()],
]
test.each(writers)('no other user reads %s, with any umask', async (_, write) => {
  const home = join(folder.path, 'state')
  mkdirSync(home)
  await write(home)
  expect(readdirSync(home)).not.toEqual([])
  expect(open(home)).toEqual([])
})

test('state that an earlier version has left open is closed when it is opened', () => {
  const backend = new LmdbBackend(folder.path, logger)
  backend.open('task', ['rows']).close()
  const data = join(folder.path, 'task', 'data.mdb')
  for (const path of [folder.path, join(folder.path, 'task')]) chmodSync(path, 0o755)
  chmodSync(data, 0o644)
  backend.open('task', ['rows']).close()
  expect(open(folder.path)).toEqual([])
  expect(modeOf(folder.path)).toBe('700')
})
