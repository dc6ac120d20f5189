import { createHash, pbkdf2, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { download } from '../../../src/dev-stack/artifacts/download'
import type { DownloadOptions } from '../../../src/dev-stack/artifacts/download'
import { fileServer, serveContent } from '../../support/file-server'
import { temporaryFolder } from '../../support/temporary-folder'
import { waitFor } from '../../support/wait-for'

const content = randomBytes(300_000)
const sha256 = createHash('sha256').update(content).digest('hex')
const folder = temporaryFolder()
const server = fileServer()

const target = (): string => join(folder.path, 'deep', 'file.jar')
const options = (over: Partial<DownloadOptions> = {}): DownloadOptions => ({
  url: `${server.url}/file.jar`,
  target: target(),
  size: content.length,
  sha256,
  retryDelay: 1,
  ...over,
})

/** Sends the first bytes and cuts the connection when some are on disk; afterwards serves properly. */
function cutOnce(): void {
  server.handle = (_, response) => {
    server.handle = serveContent(content)
    response.writeHead(200, { 'content-length': content.length })
    response.write(content.subarray(0, 100_000))
    const part = `${target()}.part`
    void waitFor('bytes on disk', () => existsSync(part) && statSync(part).size > 0).then(() =>
      response.destroy(),
    )
  }
}

test('a file arrives whole and tells its progress', async () => {
  server.handle = serveContent(content)
  const progress: number[] = []
  await download(options({ onProgress: (bytes) => progress.push(bytes) }))
  expect(readFileSync(target()).equals(content)).toBe(true)
  expect(progress.at(-1)).toBe(content.length)
  expect(existsSync(`${target()}.part`)).toBe(false)
})

test('a cut download continues where it stopped', async () => {
  cutOnce()
  await download(options())
  expect(readFileSync(target()).equals(content)).toBe(true)
  expect(server.requests[1]?.range).toMatch(/^bytes=[1-9]\d*-$/)
})

test('a later call continues what an interrupted one left', async () => {
  server.handle = serveContent(content)
  const interrupt = new AbortController()
  const interrupted = download(
    options({ signal: interrupt.signal, onProgress: () => interrupt.abort(new Error('Ctrl-C')) }),
  )
  await expect(interrupted).rejects.toThrow('Ctrl-C')
  expect(existsSync(target())).toBe(false)
  writeFileSync(`${target()}.part`, content.subarray(0, 200_000))
  await download(options())
  expect(server.requests.at(-1)?.range).toBe('bytes=200000-')
  expect(readFileSync(target()).equals(content)).toBe(true)
})

test('an interrupted download touches its file no more once it has ended', async () => {
  // Takes all threads that open files, so that the file is not open yet when the bytes come.
  const derive = promisify(pbkdf2)
  const busy: Promise<unknown>[] = []
  const serve = serveContent(content)
  server.handle = (request, response) => {
    for (let count = 0; count < 8; count += 1) busy.push(derive('a', 'b', 40_000, 64, 'sha512'))
    serve(request, response)
  }
  const interrupt = new AbortController()
  const onProgress = (): void => interrupt.abort(new Error('Ctrl-C'))
  const interrupted = download(options({ signal: interrupt.signal, onProgress }))
  await expect(interrupted).rejects.toThrow('Ctrl-C')
  writeFileSync(`${target()}.part`, content.subarray(0, 200_000))
  await Promise.all(busy)
  await stat(target()).catch(() => undefined)
  expect(statSync(`${target()}.part`).size).toBe(200_000)
})

test('a server that cannot continue sends the file from its beginning', async () => {
  const whole = serveContent(content)
  server.handle = (request, response) => {
    delete request.headers.range
    whole(request, response)
  }
  mkdirSync(dirname(target()))
  writeFileSync(`${target()}.part`, content.subarray(0, 200_000))
  await download(options())
  expect(server.requests.map(({ range }) => range)).toEqual(['bytes=200000-'])
  expect(readFileSync(target()).equals(content)).toBe(true)
})

test('other content is refused with CHECKSUM_MISMATCH and nothing of it is kept', async () => {
  server.handle = serveContent(Buffer.alloc(content.length))
  await expect(download(options())).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' })
  expect(existsSync(target())).toBe(false)
  expect(existsSync(`${target()}.part`)).toBe(false)
  expect(server.requests).toHaveLength(1)
})

test('more content than pinned is refused before it fills the disk', async () => {
  server.handle = serveContent(Buffer.concat([content, content, content]))
  await expect(download(options())).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' })
  expect(existsSync(`${target()}.part`)).toBe(false)
})

test('a damaged part of an earlier run is discarded and downloaded again', async () => {
  server.handle = serveContent(content)
  await download(options())
  writeFileSync(`${target()}.part`, Buffer.alloc(1_000))
  await download(options())
  expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=1000-', undefined])
  expect(readFileSync(target()).equals(content)).toBe(true)
})

test('a stalled connection counts as cut', async () => {
  server.handle = (_, response) => {
    response.writeHead(200, { 'content-length': content.length })
    response.write(content.subarray(0, 1_000))
    server.handle = serveContent(content)
  }
  await download(options({ stallTimeout: 100 }))
  expect(server.requests[1]?.range).toBe('bytes=1000-')
})

test('a server error is tried again', async () => {
  server.handle = (_, response) => {
    response.writeHead(503).end()
    server.handle = serveContent(content)
  }
  await download(options())
  expect(statSync(target()).size).toBe(content.length)
})

test('a missing file is not asked for twice', async () => {
  await expect(download(options())).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    message: expect.stringMatching(/answered 404.*FACTS_MAVEN_REPOSITORY/) as string,
  })
  expect(server.requests).toHaveLength(1)
})

test('an unreachable server gives DOWNLOAD_FAILED with the reason and what to do', async () => {
  const url = 'http://127.0.0.1:1/file.jar'
  await expect(download(options({ url, attempts: 2 }))).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    message: expect.stringMatching(/2 tries.*FACTS_MAVEN_REPOSITORY/s) as string,
  })
})
