import { checkRegistry } from '../../../src/cli/doctor/check-registry'
import { fileServer } from '../../support/file-server'

const server = fileServer()

/** Answers as a registry with these subjects and compatibility levels. */
function play(levels: Readonly<Record<string, string>>): void {
  server.handle = (request, response) => {
    const subject = /^\/config\/([^?]+)/.exec(request.url ?? '')?.[1]
    const answer =
      subject === undefined
        ? Object.keys(levels)
        : { compatibilityLevel: levels[decodeURIComponent(subject)] }
    response.end(JSON.stringify(answer))
  }
}

test('subjects that keep old facts readable are well', async () => {
  play({ 'a/b-value': 'BACKWARD', 'c-value': 'FULL_TRANSITIVE' })
  const [, compatibility] = await checkRegistry({ url: `${server.url}/` })
  expect(compatibility).toMatchObject({
    status: 'ok',
    detail: 'a/b-value BACKWARD, c-value FULL_TRANSITIVE',
  })
})

test('a subject without compatibility is a warning that says how to set it', async () => {
  play({ 'a-value': 'BACKWARD', 'b-value': 'NONE' })
  const [, compatibility] = await checkRegistry(server)
  expect(compatibility).toMatchObject({
    status: 'warn',
    remedy: expect.stringContaining(`${server.url}/config/`) as string,
  })
})

test('a registry that requires authentication gets the credentials, and a rejection says what to set', async () => {
  const asked: (string | undefined)[] = []
  server.handle = (request, response) => {
    asked.push(request.headers.authorization)
    response.writeHead(403).end()
  }
  const url = server.url.replace('http://', 'http://me:p%40ss@')
  const refused: unknown = await checkRegistry({ url }).catch((error: unknown) => error)
  expect(asked).toEqual(['Basic bWU6cEBzcw=='])
  expect(refused).toMatchObject({
    code: 'NOT_AUTHORIZED',
    message: expect.stringContaining('registry.password') as string,
  })
  expect(String(refused)).not.toMatch(/p@ss|p%40ss|me:/)
})

test('no schema yet is a warning', async () => {
  play({})
  expect((await checkRegistry(server)).map(({ status }) => status)).toEqual(['ok', 'warn'])
})

test.each([
  ['is not there', 'http://127.0.0.1:1'],
  ['answers with something else', ''],
])('a registry that %s is REGISTRY_UNAVAILABLE', async (_, url) => {
  server.handle = (_request, response) => response.end('<html>')
  await expect(checkRegistry({ url: url || server.url })).rejects.toMatchObject({
    code: 'REGISTRY_UNAVAILABLE',
    message: expect.stringMatching(/npm run stack.*FACTS_REGISTRY_URL/) as string,
  })
})
