import { spawn } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { ConfigSchema } from '../../src/config/config-schema'
import { probeKafka } from '../../src/broker/kafka/admin/probe'
import { isAlive, signal } from '../../src/dev-stack/process/process-identity'
import type { ProcessIdentity } from '../../src/dev-stack/process/process-identity'
import { isPortFree } from '../../src/dev-stack/ports/ports'
import { aliveOf, readRunRecord } from '../../src/dev-stack/run-record'
import { stackStatus } from '../../src/dev-stack/running-stack'
import type { StackStatus } from '../../src/dev-stack/running-stack'
import type { Stack, StackOptions } from '../../src/dev-stack/stack'
import type { StackEvent } from '../../src/dev-stack/service/stack-event'
import { startStack } from '../../src/dev-stack/start-stack'
import { waitFor } from '../support/wait-for'

jest.setTimeout(240_000)

const home = mkdtempSync(join(tmpdir(), 'facts-test-'))
const started: Stack[] = []

async function start(options: StackOptions = {}): Promise<Stack> {
  const stack = await startStack({ application: 'wildapp', home, ...options })
  started.push(stack)
  return stack
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((stack) => stack.stop()))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

const processes = (stack: Stack): readonly ProcessIdentity[] => Object.values(stack.processes)

async function registry(
  stack: Pick<StackStatus, 'endpoints'>,
  path: string,
  schema?: string,
): Promise<unknown> {
  const response = await fetch(`${stack.endpoints?.registry?.url ?? ''}${path}`, {
    ...(schema === undefined ? {} : { method: 'POST' }),
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    ...(schema === undefined ? {} : { body: JSON.stringify({ schemaType: 'PROTOBUF', schema }) }),
  })
  return response.json()
}

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

describe('the whole stack', () => {
  test('starts, serves, stops in ten seconds without a trace, and comes back with its data', async () => {
    const events: StackEvent[] = []
    const first = await start({ onEvent: (event) => events.push(event) })
    const database = first.endpoints.database?.url ?? ''

    // No other user reads the files of any service.
    const open = readdirSync(home, { recursive: true, withFileTypes: true })
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => existsSync(path) && (lstatSync(path).mode & 0o077) !== 0)
    expect(open).toEqual([])

    // What it wrote is configuration.
    const written: unknown = JSON.parse(readFileSync(join(home, 'endpoints.json'), 'utf8'))
    expect(ConfigSchema.parse(written)).toMatchObject(first.endpoints)

    // PostgreSQL: logical WAL, the application's role is not superuser but may make a capture role.
    const [settings] = await query(
      database,
      `SELECT current_setting('wal_level') AS wal, rolsuper AS super FROM pg_roles WHERE rolname = current_user`,
    )
    expect(settings).toEqual({ wal: 'logical', super: false })
    await query(database, `CREATE ROLE capture LOGIN REPLICATION PASSWORD 'x'`)
    await query(database, 'CREATE TABLE kept (id int PRIMARY KEY)')

    // A wrong password is refused: authentication is real.
    await expect(query(database.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(
      /password authentication failed/,
    )

    // Kafka and Connect with the plugin; secrets by provider.
    const kafka = await probeKafka(first.endpoints.kafka?.brokers ?? [])
    expect(kafka.brokers).toEqual(first.endpoints.kafka?.brokers)
    const plugins = await fetch(`${first.endpoints.connect?.url ?? ''}/connector-plugins`)
    expect(await plugins.json()).toContainEqual(
      expect.objectContaining({ version: '3.7.0.Final', type: 'source' }),
    )

    const v1 = 'syntax = "proto3"; message A { int64 id = 1; }'
    const v2 = 'syntax = "proto3"; message B { string name = 1; }'
    const a = await registry(first, '/subjects/a-value/versions', v1)
    const b = await registry(first, '/subjects/b-value/versions', v2)

    // Every process is ours, none survives the stop.
    expect(Object.keys(first.processes).sort()).toEqual([
      'connect',
      'kafka',
      'postgres',
      'registry',
    ])
    expect(processes(first).every(isAlive)).toBe(true)
    const stopping = Date.now()
    await first.stop()
    expect(Date.now() - stopping).toBeLessThan(10_000)
    const ends = events.flatMap((event) =>
      event.type === 'service' && /^stop/.test(event.state)
        ? [`${event.service} ${event.state}`]
        : [],
    )
    expect(ends.indexOf('connect stopped')).toBeLessThan(ends.indexOf('kafka stopping'))
    expect(ends.indexOf('connect stopped')).toBeLessThan(ends.indexOf('postgres stopping'))
    expect(processes(first).filter(isAlive)).toEqual([])
    expect(existsSync(join(home, 'endpoints.json'))).toBe(false)
    expect(existsSync(join(home, 'lock'))).toBe(false)
    expect(stackStatus(home).state).toBe('none')

    // Warm: same ports, same data, same schema ids, in either order of asking.
    const began = Date.now()
    const second = await start({ onEvent: (event) => events.push(event) })
    const seconds = (Date.now() - began) / 1000
    expect(second.endpoints).toEqual(first.endpoints)
    await query(database, 'INSERT INTO kept VALUES (1)')
    expect(await registry(second, '/subjects/b-value/versions', v2)).toEqual(b)
    expect(await registry(second, '/subjects/a-value/versions', v1)).toEqual(a)
    expect(a).not.toEqual(b)
    expect(events.filter(({ type }) => type === 'note')).toEqual([])
    process.stderr.write(`warm start of the stack: ${seconds.toFixed(1)} s\n`)
    expect(seconds).toBeLessThan(60)
  })

  test('a killed owner leaves nothing running, and the next start recovers', async () => {
    const script = `
      const { startStack } = require(${JSON.stringify(join(__dirname, '../../src/dev-stack/start-stack.ts'))})
      startStack({ home: ${JSON.stringify(home)} }).then((stack) => {
        console.log(JSON.stringify(stack.endpoints))
        setInterval(() => {}, 1e6)
      })`
    const owner = spawn(process.execPath, ['-r', require.resolve('tsx/cjs'), '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((resolve) => owner.stdout.once('data', resolve))
    const record = readRunRecord(join(home, 'run.json'))
    const left = Object.values(record)
    expect(left).toHaveLength(4)
    const schemas = ['C', 'D', 'E', 'F', 'G'].map(
      (name) => `syntax = "proto3"; message ${name} { int64 id = 1; }`,
    )
    const ids: number[] = []
    for (const [index, schema] of schemas.entries()) {
      const answer = await registry(stackStatus(home), `/subjects/k${index}-value/versions`, schema)
      ids.push((answer as { readonly id: number }).id)
    }
    // At once after the last answer: every id must have been written already.
    signal(record.registry!, 'SIGKILL')
    owner.kill('SIGKILL')
    await waitFor('the end of every service', () => !left.some(isAlive), 15_000)

    const stack = await start()
    const found = await Promise.all(ids.map((id) => registry(stack, `/schemas/ids/${id}`)))
    expect(found).toMatchObject(schemas.map((schema) => ({ schema })))
  })

  test('what even the guard did not end, the next start ends', async () => {
    const first = await start({ services: ['kafka', 'registry'] })
    // As if the owner and its guard had been killed: the lock names a process that is gone.
    const lock = join(home, 'lock')
    const holder = JSON.parse(readFileSync(lock, 'utf8')) as ProcessIdentity
    writeFileSync(lock, JSON.stringify({ ...holder, started: 'before' }))
    expect(stackStatus(home).state).toBe('leftovers')
    const notes: StackEvent[] = []
    const second = await start({
      services: ['kafka', 'registry'],
      onEvent: (event) => event.type === 'note' && notes.push(event),
    })
    expect(processes(first).filter(isAlive)).toEqual([])
    expect(Object.keys(aliveOf(second.processes)).sort()).toEqual(['kafka', 'registry'])
    expect(notes).toHaveLength(1)
  })
})

describe('trouble', () => {
  test('a second start on the same home is refused while the first runs', async () => {
    await start({ services: ['postgres'] })
    await expect(start({ services: ['postgres'] })).rejects.toMatchObject({ code: 'STACK_RUNNING' })
  })

  test('a service that dies later is started again at its address, and that is said', async () => {
    const notes: string[] = []
    const stack = await start({
      services: ['postgres'],
      onEvent: (event) => event.type === 'note' && notes.push(event.text),
    })
    const before = stack.processes.postgres!
    signal(before, 'SIGKILL')
    await waitFor('the first one to be gone', () => !isAlive(before), 10_000)
    const url = stack.endpoints.database?.url ?? ''
    const serves = (): Promise<boolean> => query(url, 'SELECT 1').then(Boolean, () => false)
    await waitFor('PostgreSQL to serve again', serves, 60_000)
    expect(notes[0]).toMatch(/^postgres ended unexpectedly .* is started again/)
  })

  test('a service that cannot start fails the start with its last words, and nothing is left', async () => {
    const failing = start({
      services: ['postgres', 'kafka'],
      settings: { postgres: { shared_buffers: 'nonsense' } },
    })
    await expect(failing).rejects.toThrow(/postgres ended.*shared_buffers/s)
    expect(stackStatus(home)).toMatchObject({ state: 'none', services: {} })
  })

  test('a Kafka node that cannot start fails the start when the others are gone', async () => {
    // Formatted already, so that the first node is on its way when the third one fails.
    await (await start({ services: ['kafka'] })).stop()
    writeFileSync(join(home, 'kafka-3'), 'no folder')
    const states: string[] = []
    try {
      const failing = start({
        services: ['kafka'],
        brokers: 3,
        onEvent: (event) =>
          event.type === 'service' && states.push(`${event.service} ${event.state}`),
      })
      await expect(failing).rejects.toThrow(/EEXIST.*kafka-3/)
      expect(states).toEqual(['kafka starting', 'kafka failed'])
    } finally {
      rmSync(join(home, 'kafka-3'))
    }
  })

  test('an interrupted start leaves nothing running', async () => {
    const interrupt = new AbortController()
    const starting = start({
      signal: interrupt.signal,
      onEvent: (event) => {
        if (event.type === 'service' && event.state === 'ready')
          interrupt.abort(new Error('Ctrl-C'))
      },
    })
    await expect(starting).rejects.toThrow('Ctrl-C')
    expect(stackStatus(home)).toMatchObject({ state: 'none', services: {} })
  })

  test('fresh begins from empty', async () => {
    const before = await start({ services: ['postgres'] })
    await query(before.endpoints.database?.url ?? '', 'CREATE TABLE IF NOT EXISTS gone (id int)')
    await before.stop()
    const after = await start({ services: ['postgres'], fresh: true })
    await expect(query(after.endpoints.database?.url ?? '', 'SELECT FROM gone')).rejects.toThrow(
      /does not exist/,
    )
    expect(await isPortFree(Number(new URL(after.endpoints.database?.url ?? '').port))).toBe(false)
  })
})
