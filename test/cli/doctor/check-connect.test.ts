import { sampleConfig } from '../../support/sample-config'
import { checkConnect } from '../../../src/cli/doctor/check-connect'
import type { Finding } from '../../../src/dev-stack/machine/finding'
import { fileServer } from '../../support/file-server'

const server = fileServer()
const plugin = 'io.debezium.connector.postgresql.PostgresConnector'

interface Played {
  readonly plugins?: readonly object[]
  /** Of the connector itself. */
  readonly state?: string
  /** undefined: no such connector. */
  readonly task?: { readonly state: string; readonly trace?: string }
}

const asked: (string | undefined)[] = []

async function look(
  { plugins = [{ class: plugin, version: '3.7.0.Final' }], task, state = 'RUNNING' }: Played,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Finding[]> {
  asked.length = 0
  server.handle = (request, response) => {
    asked.push(request.headers.authorization)
    if (request.url === '/connector-plugins') response.end(JSON.stringify(plugins))
    else if (task === undefined && state === 'RUNNING') response.writeHead(404).end('{}')
    else {
      const tasks = task === undefined ? [] : [{ id: 0, ...task }]
      response.end(JSON.stringify({ name: 'm', connector: { state }, tasks }))
    }
  }
  const config = sampleConfig({
    env: { FACTS_HOME: '/nonexistent', FACTS_CONNECT_URL: server.url, ...env },
  })
  return checkConnect({ config, connector: 'm', plugin })
}

test('a running connector is well', async () => {
  const findings = await look({ task: { state: 'RUNNING' } })
  expect(findings.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok'])
})

test('a failed task fails, with the cause from its trace', async () => {
  const trace =
    'org.apache.kafka.connect.errors.ConnectException: slot is gone\n\tat a.b.C(D.java:1)'
  const [, , connector] = await look({ task: { state: 'FAILED', trace } })
  expect(connector).toMatchObject({ status: 'fail' })
  expect(connector?.detail).toMatch(/slot is gone.*CONNECTOR_FAILED/s)
  expect(connector?.detail).not.toContain('D.java')
})

test('a connector that is not registered fails: nothing flows', async () => {
  const [, , connector] = await look({})
  expect(connector).toMatchObject({
    status: 'fail',
    detail: 'is not registered, so no change is captured',
  })
})

test.each<readonly [string, Played]>([
  ['PAUSED', { state: 'PAUSED', task: { state: 'PAUSED' } }],
  ['STOPPED', { state: 'STOPPED' }],
])('a connector that is %s fails, and how to resume it is said', async (_, played) => {
  const [, , connector] = await look(played)
  expect(connector).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('no change is captured') as string,
    remedy: expect.stringMatching(/^npm run register-connector -- --resume;/) as string,
  })
})

test('a task that failed because its slot is gone is not advised to register again', async () => {
  const trace =
    'org.apache.kafka.connect.errors.ConnectException: The connector is trying to read change stream starting at X, but this is no longer available on the server.'
  const [, , connector] = await look({ task: { state: 'FAILED', trace } })
  expect(connector?.remedy).toMatch(/^Run "facts resync --all"/)
})

test.each([
  ['3.6.2.Final', 'fail'],
  ['2.7.4.Final', 'fail'],
  ['3.7.0.Final', 'ok'],
  ['4.0.0.Alpha1', 'ok'],
])('Debezium %s is %s', async (version, status) => {
  const [, found] = await look({
    plugins: [{ class: plugin, version }],
    task: { state: 'RUNNING' },
  })
  expect(found).toMatchObject({ status })
  if (status === 'fail') expect(found?.detail).toContain('loses changes')
})

test('a value that cannot be converted names the way out', async () => {
  const trace =
    "org.apache.kafka.connect.errors.ConnectException: Failed to properly convert data value for 'public.a.b' of type _date"
  const [, , connector] = await look({ task: { state: 'FAILED', trace } })
  expect(connector?.remedy).toMatch(/^npm run register-connector excludes a column/)
})

test('a worker without the plugin fails', async () => {
  const [, found] = await look({ plugins: [], task: { state: 'RUNNING' } })
  expect(found).toMatchObject({ status: 'fail', detail: `${plugin} is not installed` })
})

test('a user is named in every question and shown in no finding', async () => {
  const findings = await look(
    { task: { state: 'RUNNING' } },
    { FACTS_CONNECT_URL: server.url.replace('http://', 'http://me:s3cret@') },
  )
  expect(asked).toEqual(['Basic bWU6czNjcmV0', 'Basic bWU6czNjcmV0'])
  expect(JSON.stringify(findings)).not.toMatch(/s3cret|me:/)
})
