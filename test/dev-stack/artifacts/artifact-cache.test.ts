import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { create } from 'tar'
import { ensureArtifacts } from '../../../src/dev-stack/artifacts/artifact-cache'
import type { ArtifactFolders } from '../../../src/dev-stack/artifacts/artifact-cache'
import { parseArtifactLock } from '../../../src/dev-stack/artifacts/artifact-lock'
import type { ArtifactLock } from '../../../src/dev-stack/artifacts/artifact-lock'
import type { StackEvent } from '../../../src/dev-stack/service/stack-event'
import { fileServer, serveContent } from '../../support/file-server'
import { temporaryFolder } from '../../support/temporary-folder'

const folder = temporaryFolder()
const server = fileServer()
const files = new Map<string, Buffer>()
let lock: ArtifactLock

const entry = (coordinates: string, content: Buffer): object => ({
  coordinates,
  size: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
})

beforeEach(async () => {
  const plugin = join(folder.path, 'plugin')
  mkdirSync(plugin)
  writeFileSync(join(plugin, 'inside.jar'), 'inside')
  await create({ file: join(folder.path, 'x.tar.gz'), gzip: true, cwd: folder.path }, ['plugin'])
  const archive = readFileSync(join(folder.path, 'x.tar.gz'))
  const jar = Buffer.from('a jar')
  files.clear()
  files.set('/org/example/one/1/one-1.jar', jar)
  files.set('/org/example/two/1/two-1.jar', jar)
  files.set('/org/example/plugin/1/plugin-1-all.tar.gz', archive)
  server.handle = (request, response) => {
    const content = files.get(request.url ?? '')
    if (content === undefined) response.writeHead(404).end()
    else serveContent(content)(request, response)
  }
  const archives = { version: '1', files: [entry('org.example:plugin:tar.gz:all:1', archive)] }
  lock = parseArtifactLock({
    kafka: {
      version: '1',
      files: [entry('org.example:one:1', jar), entry('org.example:two:1', jar)],
    },
    debezium: archives,
    registry: archives,
  })
})

const ensure = (onEvent?: (event: StackEvent) => void): Promise<ArtifactFolders> =>
  ensureArtifacts({
    lock,
    cache: join(folder.path, 'cache'),
    repository: server.url,
    groups: ['kafka', 'debezium'],
    onEvent,
  })

test('jars lie side by side and archives are unpacked', async () => {
  const folders = await ensure()
  expect(readdirSync(folders.kafka).sort()).toEqual(['one-1.jar', 'two-1.jar'])
  expect(readFileSync(join(folders.debezium, 'plugin', 'inside.jar'), 'utf8')).toBe('inside')
})

test('only the groups that are asked for are fetched', async () => {
  await ensureArtifacts({
    lock,
    cache: join(folder.path, 'cache'),
    repository: server.url,
    groups: ['kafka'],
  })
  expect(server.requests.map(({ path }) => path)).not.toContain(
    '/org/example/plugin/1/plugin-1-all.tar.gz',
  )
})

test('a second start asks the network nothing', async () => {
  await ensure()
  const before = server.requests.length
  await ensure()
  expect(server.requests).toHaveLength(before)
})

test('a file that was lost from the cache is fetched alone', async () => {
  const folders = await ensure()
  rmSync(join(folders.kafka, 'one-1.jar'))
  const before = server.requests.length
  await ensure()
  expect(server.requests.slice(before).map(({ path }) => path)).toEqual([
    '/org/example/one/1/one-1.jar',
  ])
})

test('two starts at once fetch everything once', async () => {
  await Promise.all([ensure(), ensure()])
  expect(server.requests).toHaveLength(3)
})

test('progress ends with everything received', async () => {
  const events: StackEvent[] = []
  await ensure((event) => events.push(event))
  const last = events.at(-1)
  expect(last).toMatchObject({ type: 'download', files: 3, filesDone: 3 })
  expect(last?.type === 'download' && last.receivedBytes === last.totalBytes).toBe(true)
})

test('a wrong checksum fails the start, and the next start fetches the file again', async () => {
  const good = files.get('/org/example/two/1/two-1.jar')!
  files.set('/org/example/two/1/two-1.jar', Buffer.from('b jar'))
  await expect(ensure()).rejects.toMatchObject({
    code: 'CHECKSUM_MISMATCH',
    message: expect.stringContaining('two-1.jar') as string,
  })
  files.set('/org/example/two/1/two-1.jar', good)
  const folders = await ensure()
  expect(readFileSync(join(folders.kafka, 'two-1.jar'))).toEqual(good)
})

test('a partly unpacked archive of an interrupted start is unpacked again', async () => {
  const folders = await ensure()
  rmSync(folders.debezium, { recursive: true })
  mkdirSync(`${folders.debezium}.part`)
  writeFileSync(join(`${folders.debezium}.part`, 'half'), '')
  await ensure()
  expect(readdirSync(folders.debezium)).toEqual(['plugin'])
  expect(existsSync(`${folders.debezium}.part`)).toBe(false)
})

/** Same length, same times. */
function alter(path: string): void {
  const { atime, mtime } = statSync(path)
  writeFileSync(path, readFileSync(path).fill('x'))
  utimesSync(path, atime, mtime)
}

test('a jar that was altered, of the same size and time, is fetched again, and it is said', async () => {
  const { kafka } = await ensure()
  const jar = join(kafka, 'two-1.jar')
  alter(jar)
  const events: StackEvent[] = []
  await ensure((event) => events.push(event))
  expect(readFileSync(jar, 'utf8')).toBe('a jar')
  expect(events).toContainEqual({ type: 'note', text: expect.stringContaining('two-1.jar') })
})

test('a jar that was put in the place of another is fetched again', async () => {
  const { kafka } = await ensure()
  const jar = join(kafka, 'one-1.jar')
  writeFileSync(`${jar}.new`, 'b jar')
  renameSync(`${jar}.new`, jar)
  await ensure()
  expect(readFileSync(jar, 'utf8')).toBe('a jar')
})

test('a jar that the lock does not know is removed, because Java would load it', async () => {
  const { kafka } = await ensure()
  writeFileSync(join(kafka, 'evil.jar'), 'evil')
  await ensure()
  expect(readdirSync(kafka).sort()).toEqual(['one-1.jar', 'two-1.jar'])
})

test.each([
  ['altered', (inside: string) => alter(inside)],
  ['removed', (inside: string) => rmSync(inside)],
  ['joined by another', (inside: string) => writeFileSync(`${inside}.jar`, 'evil')],
])('an unpacked folder in which a file was %s is unpacked again', async (_, change) => {
  const { debezium } = await ensure()
  change(join(debezium, 'plugin', 'inside.jar'))
  await ensure()
  expect(readdirSync(join(debezium, 'plugin'))).toEqual(['inside.jar'])
  expect(readFileSync(join(debezium, 'plugin', 'inside.jar'), 'utf8')).toBe('inside')
})

test('what was moved with the cache to another place is read once, and not fetched', async () => {
  const { debezium } = await ensure()
  const before = server.requests.length
  cpSync(join(folder.path, 'cache'), join(folder.path, 'copy'), { recursive: true })
  rmSync(join(folder.path, 'cache'), { recursive: true })
  renameSync(join(folder.path, 'copy'), join(folder.path, 'cache'))
  await ensure()
  expect(server.requests).toHaveLength(before)
  expect(readFileSync(join(debezium, 'plugin', 'inside.jar'), 'utf8')).toBe('inside')
})
