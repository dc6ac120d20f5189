import { sampleConfig } from '../support/sample-config'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConnectorFile } from '../../src/connector/connector-file'

const config = sampleConfig({
  env: {
    FACTS_HOME: '/nonexistent',
    FACTS_DATABASE_URL: 'postgres://owner:geheim@db.example:6000/my%20app',
    FACTS_CONNECTOR_DATABASE_HOST: 'db',
    FACTS_CONNECTOR_DATABASE_PORT: '6001',
    FACTS_TOPICS_PARTITIONS: '12',
    FACTS_TOPICS_REPLICATION_FACTOR: '3',
  },
})
let folder: string

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'connector-file-'))))
afterEach(() => rmSync(folder, { recursive: true }))

function written(content: unknown): string {
  const file = join(folder, 'connector.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

function settings(given: Record<string, unknown>): Readonly<Record<string, string>> {
  return readConnectorFile(written({ name: 'c', config: given }), config).config
}

test('placeholders are replaced by what Connect has to know, wherever they stand in a value', () => {
  expect(
    settings({
      host: '${DATABASE_HOST}',
      url: 'x:${DATABASE_PORT}/${DATABASE_NAME}',
      partitions: '${TOPIC_PARTITIONS}',
      replicas: '${TOPIC_REPLICATION_FACTOR}',
    }),
  ).toEqual({ host: 'db', url: 'x:6001/my app', partitions: '12', replicas: '3' })
})

describe('a database that is reached by TLS', () => {
  const url = 'postgres://owner:geheim@db.example/shop?sslmode=verify-full&sslrootcert=/ca.pem'
  const read = (
    env: Readonly<Record<string, string>>,
    given: Readonly<Record<string, string>> = {},
  ): Readonly<Record<string, string>> =>
    readConnectorFile(
      written({ name: 'c', config: given }),
      sampleConfig({ env: { FACTS_HOME: '/nonexistent', FACTS_DATABASE_URL: url, ...env } }),
    ).config

  test('is reached so by a Kafka Connect on this machine', () => {
    expect(read({})).toEqual({
      'database.sslmode': 'verify-full',
      'database.sslrootcert': '/ca.pem',
    })
    const unverified = 'postgres://owner@db.example/shop?sslmode=no-verify'
    expect(read({ FACTS_DATABASE_URL: unverified })).toEqual({ 'database.sslmode': 'require' })
  })

  test('is reached as the file says, where it says it', () => {
    expect(read({}, { 'database.sslmode': 'require' })).toMatchObject({
      'database.sslmode': 'require',
    })
  })

  test('is reached by another Kafka Connect as its file says only', () => {
    expect(read({ FACTS_CONNECT_URL: 'http://connect.example:8083' })).toEqual({})
  })
})

test('what a config provider of the worker resolves is left alone', () => {
  expect(settings({ 'database.password': '${env:CDC_PASSWORD}' })).toEqual({
    'database.password': '${env:CDC_PASSWORD}',
  })
})

test('regular expressions pass through unchanged', () => {
  expect(settings({ 'table.include.list': 'public\\.wildapp_.*', r: '$1 {x}' })).toEqual({
    'table.include.list': 'public\\.wildapp_.*',
    r: '$1 {x}',
  })
})

test('an unknown placeholder is refused with the setting, its name and the known ones', () => {
  expect(() => settings({ 'database.hostname': '${DATABASE_HOTS}' })).toThrow(
    /"database.hostname" uses the unknown placeholder \$\{DATABASE_HOTS\}.*DATABASE_HOST, /,
  )
})

test.each(['database.password', 'x.secret', 'sasl.jaas.config', 'MONGO.connection.string'])(
  'a secret written out in %s is refused, and not repeated in the message',
  (key) => {
    expect.assertions(2)
    try {
      settings({ [key]: 'hunter2' })
    } catch (error) {
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
      expect((error as Error).message).not.toContain('hunter2')
    }
  },
)

test('a value that is not text is refused by its key, since Connect reads text', () => {
  expect(() => settings({ 'tasks.max': 1 })).toThrow(/config → tasks.max: expected text/)
})

test('a misspelt top-level key is refused', () => {
  const file = written({ name: 'c', config: {}, confg: {} })
  expect(() => readConnectorFile(file, config)).toThrow(/confg/)
})

test('a file that is not JSON says so with its path', () => {
  const file = written('{ name:')
  expect(() => readConnectorFile(file, config)).toThrow(`${file}: it is not JSON`)
})

test('a missing file says so with its path', () => {
  expect(() => readConnectorFile('/nonexistent/c.json', config)).toThrow(
    'The connector file /nonexistent/c.json does not exist',
  )
})
