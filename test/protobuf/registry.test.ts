import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SchemaRegistry } from '../../src/protobuf/registry/registry'

interface Request {
  readonly line: string
  readonly body: unknown
  readonly authorization: string | undefined
}
type Answer = readonly [status: number, body: unknown]

const schema = {
  text: 'syntax = "proto3";',
  references: [{ name: 'a.proto', subject: 'a', version: 3 }],
}
const FOUND: Answer = [200, { subject: 's', id: 7, version: 2, schema: schema.text }]
const NOT_FOUND: Answer = [404, { error_code: 40403, message: 'Schema not found' }]

describe('the schema registry', () => {
  let server: Server
  let requests: Request[]
  let answers: Record<string, readonly Answer[]>
  let url: string

  beforeEach(async () => {
    requests = []
    answers = {}
    server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const line = `${request.method ?? ''} ${request.url ?? ''}`
        const seen = requests.filter((one) => one.line === line).length
        requests.push({ line, body, authorization: request.headers.authorization })
        const list = answers[line] ?? [NOT_FOUND]
        const [status, answer] = list[Math.min(seen, list.length - 1)]!
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/apis/ccompat/v7`
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const lines = (): string[] => requests.map(({ line }) => line.replace('/apis/ccompat/v7', ''))
  const play = (line: string, ...list: Answer[]): void => {
    const [method = '', path = ''] = line.split(' ')
    answers[`${method} /apis/ccompat/v7${path}`] = list
  }

  test('is asked for exactly this schema, references included', async () => {
    play('POST /subjects/s', FOUND)
    expect(await new SchemaRegistry({ url }).find('s', schema)).toEqual({ id: 7, version: 2 })
    expect(requests[0]?.body).toEqual({
      schemaType: 'PROTOBUF',
      schema: schema.text,
      references: [{ name: 'a.proto', subject: 'a', version: 3 }],
    })
  })

  test('gives nothing for what it does not know', async () => {
    const registry = new SchemaRegistry({ url })
    expect(await registry.find('s', schema)).toBeUndefined()
    expect(await registry.textOf(9)).toBeUndefined()
  })

  test('is set to BACKWARD before the first version is registered', async () => {
    play('POST /subjects/s', NOT_FOUND, FOUND)
    play('PUT /config/s', [200, { compatibility: 'BACKWARD' }])
    play('POST /subjects/s/versions', [200, { id: 7 }])
    expect(await new SchemaRegistry({ url }).register('s', schema)).toEqual({ id: 7, version: 2 })
    expect(lines()).toEqual([
      'POST /subjects/s',
      'PUT /config/s',
      'POST /subjects/s/versions',
      'POST /subjects/s',
    ])
    expect(requests[1]?.body).toEqual({ compatibility: 'BACKWARD' })
  })

  test('is only read when the schema is registered already', async () => {
    play('POST /subjects/s', FOUND)
    await new SchemaRegistry({ url }).register('s', schema)
    expect(lines()).toEqual(['POST /subjects/s'])
  })

  test('gets subjects with slashes as one path segment', async () => {
    await new SchemaRegistry({ url }).find('facts/v1/header.proto', schema)
    expect(lines()).toEqual(['POST /subjects/facts%2Fv1%2Fheader.proto'])
  })

  test('gives the text of an id', async () => {
    play('GET /schemas/ids/9', [200, { schema: 'text', schemaType: 'PROTOBUF' }])
    expect(await new SchemaRegistry({ url }).textOf(9)).toBe('text')
  })

  test('that finds the schema incompatible is quoted, with the subject and what to do', async () => {
    play('PUT /config/s', [200, { compatibility: 'BACKWARD' }])
    play('POST /subjects/s/versions', [
      409,
      { error_code: 409, message: 'Field 2 changed its type' },
    ])
    const attempt = new SchemaRegistry({ url }).register('s', schema)
    await expect(attempt).rejects.toMatchObject({ code: 'SCHEMA_REFUSED', remedy: 'halt' })
    await expect(attempt).rejects.toThrow(
      /subject s: Field 2 changed its type\. .*only add new ones/,
    )
  })

  test.each([
    [422, 'SCHEMA_REFUSED', 'Correct the schema'],
    [401, 'NOT_AUTHORIZED', 'registry.username and registry.password'],
    [403, 'NOT_AUTHORIZED', 'registry.username and registry.password'],
  ])('that refuses with %d halts and says what to do', async (status, code, advice) => {
    play('POST /subjects/s', [status, { message: 'No.' }])
    const attempt = new SchemaRegistry({ url }).find('s', schema)
    await expect(attempt).rejects.toMatchObject({ code, remedy: 'halt' })
    await expect(attempt).rejects.toThrow(advice)
  })

  test.each([500, 503, 429, 408])(
    'that fails with %d is an outage, to be retried',
    async (status) => {
      play('POST /subjects/s', [status, { message: 'Not now' }])
      const attempt = new SchemaRegistry({ url }).find('s', schema)
      await expect(attempt).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE', remedy: 'retry' })
      expect(requests).toHaveLength(1)
    },
  )

  test('that is not there is an outage, and the message says where it was looked for', async () => {
    const { port } = new URL(url)
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    const attempt = new SchemaRegistry({ url }).find('s', schema)
    await expect(attempt).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })
    await expect(attempt).rejects.toThrow(`127.0.0.1:${port}`)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })

  test.each([['<html>proxy</html>'], [[]], [{ id: 'seven' }]])(
    'is not believed when it answers %j',
    async (answer) => {
      play('POST /subjects/s', [200, answer])
      const attempt = new SchemaRegistry({ url }).find('s', schema)
      await expect(attempt).rejects.toMatchObject({ code: 'SCHEMA_REFUSED' })
    },
  )

  test('whose URL is not the API’s base is distinguished from an empty one when registering', async () => {
    const attempt = new SchemaRegistry({ url }).register('s', schema)
    await expect(attempt).rejects.toThrow('registry.url is the base')
  })

  test('gets user and password from its URL, and neither is shown in messages', async () => {
    play('POST /subjects/s', [403, { message: 'No.' }])
    const secret = url.replace('http://', 'http://me:p%40ss@')
    const error = await new SchemaRegistry({ url: secret })
      .find('s', schema)
      .catch((e: unknown) => e as Error)
    expect(requests[0]?.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`)
    expect((error as Error).message).not.toMatch(/p@ss|p%40ss|me:/)
  })
})

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return text === '' ? undefined : (JSON.parse(text) as unknown)
}
