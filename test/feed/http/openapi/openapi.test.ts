import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Ajv2020 from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import { packageRoot } from '../../../../src/package-root'
import { EVENT_PARAMETERS } from '../../../../src/feed/http/routes/event-routes'
import { Query } from '../../../../src/feed/http/routes/feed-query'
import { OPERATIONS } from '../../../../src/feed/http/openapi/operations'
import { PROBLEMS } from '../../../../src/feed/problem'
import { FEED, FeedWorld, PAGES, STREAM, Status } from '../../feed-world'
import { OutboxWorld } from '../../outbox-world'
import { RightsWorld, SECONDARY } from '../../rights-world'

type Json = Readonly<Record<string, unknown>>
interface Parameter {
  readonly name: string
  readonly in: string
  readonly description?: string
  readonly schema: Json
}
interface Operation {
  readonly summary: string
  readonly parameters?: readonly Parameter[]
  readonly responses: Readonly<Record<string, unknown>>
}
interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Json>> }
}

let world: FeedWorld
let document: Document
let ajv: Ajv2020

beforeAll(async () => {
  world = await FeedWorld.start()
  await world.write(
    { id: 1n, title: 'a', status: Status.STATUS_ACTIVE, secondary: SECONDARY, labels: ['x'] },
    { id: 2n, title: 'b', score: Number.NaN, fingerprint: Buffer.from('ab') },
    { id: 2n, kind: 'deleted' },
  )
  document = await world.json<Document>('/openapi.json')
  ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats(ajv)
  ajv.addSchema(document, 'feed')
})
afterAll(() => world.stop())

/** What of the value does not fit the schema of that name. */
function misfits(schema: string, value: unknown): unknown {
  const validate = ajv.getSchema(`feed#/components/schemas/${schema}`)
  return validate === undefined ? `no schema ${schema}` : validate(value) ? [] : validate.errors
}

const operations = (): readonly (readonly [string, Operation])[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  )

test('R77: the description is valid OpenAPI 3.1', async () => {
  const file = join(world.folder, 'openapi.json')
  writeFileSync(file, JSON.stringify(document))
  // A module that jest does not load.
  const validate = join(packageRoot(), 'node_modules', '.bin', 'validate-api')
  const { stdout } = await promisify(execFile)(process.execPath, [validate, file])
  expect(JSON.parse(stdout)).toMatchObject({ valid: true })
  expect(document.openapi).toBe('3.1.0')
})

test('R77: every address of the server is described, and nothing else: add what is new to openapi/operations.ts', () => {
  const described = operations()
  expect(described.filter(([, { summary }]) => summary === 'Not described')).toEqual([])
  const names = Object.keys(OPERATIONS).map((name) => name.replace(/:(\w+)/g, '{$1}'))
  // Which is there for an outbox only.
  expect([...described.map(([name]) => name), 'GET /events'].sort()).toEqual(names.sort())
})

test('R77: events are described where there is an outbox', async () => {
  const outbox = await OutboxWorld.start()
  try {
    const { paths } = await outbox.feed.json<Document>('/openapi.json')
    const { parameters = [] } = paths['/events']?.['get'] ?? {}
    const named = parameters.filter((parameter) => parameter.in === 'query')
    expect(named.map(({ name }) => name).sort()).toEqual([...EVENT_PARAMETERS].sort())
    expect(misfits('Feeds', await outbox.feed.json('/feeds'))).toEqual([])
  } finally {
    await outbox.feed.stop()
  }
})

test('R77: every described address answers', async () => {
  for (const [name] of operations()) {
    const [method = '', path = ''] = name.split(' ')
    const inPath = path.replace('{feed}', FEED).replace('{subject}', '1')
    const isOfConsumer = path.startsWith('/consumers/')
    const url = isOfConsumer ? `/consumers/me/cursor?feed=${FEED}` : inPath
    const { head } = await world.json<{ readonly head: string }>(`${PAGES}/cursor`)
    const sent = isOfConsumer ? { feed: FEED, cursor: head } : { until: 'head' }
    const body = {
      body: JSON.stringify(sent),
      headers: { 'content-type': 'application/json' },
    }
    const isSent = method === 'POST' || method === 'PUT'
    const response = await world.get(isSent ? url.replace(/\?.*/, '') : url, {
      method,
      ...(isSent ? body : {}),
    })
    expect([name, response.status < 300]).toEqual([name, true])
    await response.body?.cancel()
  }
})

test('R77: every parameter is described', () => {
  const known = Object.keys(Query.shape)
  for (const [name, { parameters = [] }] of operations()) {
    if (!name.startsWith('GET /feeds/')) continue
    const inQuery = parameters.filter((parameter) => parameter.in === 'query')
    expect(inQuery.map((parameter) => parameter.name)).toEqual(known)
    for (const { description } of inQuery) expect(description).not.toBe('')
  }
  const { properties } = document.components.schemas['Parameters'] as { properties: object }
  expect(Object.keys(properties)).toEqual(known)
})

test('R77: what the schema of a parameter allows at its ends is accepted, and what is beyond is not', async () => {
  const page = document.paths['/feeds/{feed}']?.['get']
  const bounded = page?.parameters?.filter(({ schema }) => schema['maximum'] !== undefined) ?? []
  expect(bounded.map(({ name }) => name)).toContain('page_size')
  for (const { name, schema } of bounded) {
    const beside = name === 'window' ? '&order=commit' : ''
    const status = async (value: unknown): Promise<number> =>
      (await world.get(`${PAGES}/cursor?${name}=${String(value)}${beside}`)).status
    expect(await status(schema['minimum'])).toBe(200)
    expect(await status(schema['maximum'])).toBe(200)
    expect(await status(Number(schema['maximum']) + 1)).toBe(400)
  }
})

test('R77: a JSON body fits the schema of the parameters just when the server takes it', async () => {
  const bodies = [
    {},
    { page_size: 5 },
    { page_size: '5' },
    { status: 'true', start: 'now' },
    { start_ts: 5 },
    { page_size: true },
    { start: 'never' },
    { unknown: 1 },
    { where: '' },
    { status: 'yes' },
  ]
  for (const body of bodies) {
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', body: JSON.stringify(body), headers }
    const taken = (await world.get(`${PAGES}/cursor`, init)).status === 200
    const fits = misfits('Parameters', body)
    expect([body, Array.isArray(fits) && fits.length === 0]).toEqual([body, taken])
  }
})

test('R51, R77: what may be kept has an ETag and a 304, what is posted has neither', () => {
  const described = new Map(operations())
  const of = (method: string): string =>
    JSON.stringify(described.get(`${method} /feeds/{feed}`)?.responses)
  expect(of('GET')).toMatch(/"ETag":.*"304":/)
  expect(of('POST')).not.toMatch(/"ETag"|"304"/)
})

test('R77: an answer of each kind fits its schema', async () => {
  expect(misfits('Feeds', await world.json('/feeds'))).toEqual([])
  expect(misfits('Page', await world.json(PAGES))).toEqual([])
  const ordered = await world.json<{ readonly events: readonly unknown[] }>(`${PAGES}?order=commit`)
  expect(ordered.events).toHaveLength(3)
  expect(misfits('Page', ordered)).toEqual([])
  expect(misfits('Cursors', await world.json(`${PAGES}/cursor`))).toEqual([])
  expect(misfits('Document', await world.json(`${PAGES}/facts/1`))).toEqual([])
  const events = await world.json<readonly unknown[]>(`${PAGES}?format=cloudevents`)
  expect(events).toHaveLength(3)
  for (const event of events) expect(misfits('CloudEvent', event)).toEqual([])
  const stream = await world.stream('?start=snapshot&until=head&status=true')
  await stream.finished
  expect(stream.events.map(({ event }) => event)).toContain('status')
  for (const { data } of stream.events) expect(misfits('StreamEvent', data)).toEqual([])
})

test('R77: a problem fits the schema of its status', async () => {
  for (const path of [`${PAGES}?where=nope`, '/nowhere', `${PAGES}?cursor=AAAA`]) {
    const response = await world.get(path)
    const content = `application~1problem+json`
    const pointer = `feed#/components/responses/Problem${response.status}/content/${content}/schema`
    expect(ajv.getSchema(pointer)?.(await response.json())).toBe(true)
  }
  for (const status of new Set(Object.values(PROBLEMS))) {
    for (const [, { responses }] of operations()) expect(responses).toHaveProperty(String(status))
  }
})

test('R77: a field of another type, or one that does not exist, does not fit', () => {
  const message = 'wildapp.primary.v1.Primary'
  expect(misfits(message, { id: '1', title: 'a', score: 'NaN' })).toEqual([])
  for (const wrong of [{ id: 1 }, { title: 5 }, { nope: 1 }, { status: 'STATUS_NOPE' }]) {
    expect(misfits(message, wrong)).not.toEqual([])
  }
})

test('R78: the page of the description needs nothing from elsewhere, and runs its own script only', async () => {
  const response = await world.get('/docs')
  const text = await response.text()
  expect(response.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self';/,
  )
  expect(text).toContain("fetch('/openapi.json'")
  expect(text).not.toMatch(/(src|href)="(?!\/|data:)|https?:\/\/|@import|url\(/)
})

test('R77, R78: with authentication the description requires a token, and contains no other feed or field', async () => {
  const rights = await RightsWorld.start()
  try {
    expect((await rights.feed.get('/openapi.json')).status).toBe(401)
    const page = await (await rights.feed.get('/docs')).text()
    expect(page).not.toContain('primary')
    const [, nothing] = await rights.ask({ feeds: ['another'] }, '/openapi.json')
    expect(JSON.stringify(nothing)).not.toMatch(/primary|serialNumber/i)
    const [, titles] = await rights.ask({ feeds: [FEED], fields: ['title'] }, '/openapi.json')
    expect(Object.keys(titles)).toContain('security')
    const text = JSON.stringify(titles)
    expect(text).toContain('wildapp.primary.v1.Primary')
    expect(text).not.toMatch(/serialNumber|Secondary|revision/)
  } finally {
    await rights.feed.stop()
    await rights.issuer.stop()
  }
})

test('R77: the stream is described where it is served', () => {
  const { get } = document.paths['/feeds/{feed}/stream'] ?? {}
  expect(STREAM).toBe(`/feeds/${FEED}/stream`)
  expect(JSON.stringify(get?.responses['200'])).toContain('text/event-stream')
})
