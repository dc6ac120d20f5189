import { get } from 'node:http'
import type { ClientConfig } from 'pg'
import { Client } from 'pg'
import { ConfigSchema } from '../../src/config/config-schema'
import { KafkaLog } from '../../src/broker/kafka/kafka-log'
import { createLogger } from '../../src/telemetry'
import { GroupOffsets } from '../support/group-offsets'
import { CHANGES } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { withClient } from '../support/with-client'
import { ComposeProject } from './compose-project'
import { decodedFacts } from './decoded-facts'

/** The default in docker-compose.yml, without SEED_ROWS. */
const SEEDED = 10

interface PrimaryRow {
  readonly id: string
  readonly title: string
  readonly amount: string
}

type Lines = ReadonlyMap<string, string>

let project: ComposeProject
let log: KafkaLog
let group: GroupOffsets

jest.setTimeout(600_000)
beforeAll(async () => {
  project = await ComposeProject.create()
  const { kafka, log: logging } = project.config
  const client = { brokers: kafka.brokers, clientId: 'test', logger: createLogger(logging) }
  log = new KafkaLog(client)
  group = new GroupOffsets(client, log)
  await project.up()
})
afterAll(async () => {
  await group
    .close()
    .finally(() => log.close())
    .finally(() => project.remove())
  expect(await project.remains()).toEqual([])
})

async function primaryRows(): Promise<readonly PrimaryRow[]> {
  return withClient(project.config.database.url, async (client) => {
    const { rows } = await client.query<PrimaryRow>(
      'SELECT id::text, title, amount::text FROM wildapp_primary',
    )
    return rows
  })
}

/** What the log of the service `watch` shows, by primary key: a change, and below it the fact it became. */
async function watched(): Promise<{ readonly changes: Lines; readonly facts: Lines }> {
  const output = await project.compose('logs', '--no-color', '--no-log-prefix', 'watch')
  const pairs = [
    ...output.matchAll(
      /^insert +wildapp_primary (\d+) {2}(.*)\n +→ wildapp\.primary\.created {2}(.*)$/gm,
    ),
  ]
  return {
    changes: new Map(pairs.map(([, id = '', change = '']) => [id, change])),
    facts: new Map(pairs.map(([, id = '', , fact = '']) => [id, fact])),
  }
}

const shown = (count: number): ReturnType<typeof watched> =>
  waitFor(
    `${count} changes and facts in the log of watch`,
    async () => {
      const seen = await watched()
      return seen.changes.size >= count && seen.facts.size >= count && seen
    },
    60_000,
  )

/** Waits until every change of a row was captured and the group has committed its end. */
const settled = (rows: number): Promise<true> =>
  waitFor(
    'every change to be captured and committed',
    async () => {
      const offsets = [...(await log.admin.offsets(CHANGES))]
      const captured = offsets.reduce((sum, [, { high }]) => sum + high, 0n)
      if (captured < BigInt(rows)) return false
      return group.areAtEnd('wildapp', CHANGES)
    },
    120_000,
  )

/** A committed fact for each row, decoded, and no other. */
async function expectOneFactPerRow(): Promise<void> {
  const rows = await primaryRows()
  await settled(rows.length)
  const facts = (await decodedFacts(log, project.config)) as unknown as readonly PrimaryRow[]
  const byId = (a: PrimaryRow, b: PrimaryRow): number => Number(a.id) - Number(b.id)
  expect(facts.map(({ id, title, amount }) => ({ id, title, amount })).sort(byId)).toEqual(
    [...rows].sort(byId),
  )
}

test('the log of watch shows every seeded row and the decoded fact it became', async () => {
  const rows = await primaryRows()
  expect(rows).toHaveLength(SEEDED)
  const { changes, facts } = await shown(SEEDED)
  for (const { id, amount } of rows) {
    expect(changes.get(id)).toContain(`amount ${amount}`)
    expect(facts.get(id)).toContain(`amount ${amount}`)
  }
  await expectOneFactPerRow()
})

test('seed and register-connector work from the host', async () => {
  expect(await project.npmRun('seed', '--number=5')).toContain('5 primary rows')
  await shown(SEEDED + 5)
  const registered = await project.npmRun('register-connector')
  // As the service had registered it: the host's settings say the same.
  expect(registered).toContain('connector monolith unchanged')
  expect(registered).toContain('task 0 RUNNING')
})

test('a restart of the pipeline in the middle of a seed doubles nothing and loses nothing', async () => {
  const seeding = project.npmRun('seed', '--number=2000')
  await project.compose('restart', 'pipeline')
  await seeding
  await expectOneFactPerRow()
})

test('new containers on the same volumes keep data, schema ids and places: nothing is doubled', async () => {
  const subjects = `${project.config.registry.url}/subjects`
  // Not one of ours: no program would register it again.
  const schema = await fetch(`${subjects}/kept/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schemaType: 'AVRO', schema: '"string"' }),
  })
  expect(schema.ok).toBe(true)
  const before = (await primaryRows()).length
  await project.compose('rm', '--stop', '--force', '--volumes')
  await project.up()
  expect(await (await fetch(subjects)).json()).toContain('kept')
  expect(await primaryRows()).toHaveLength(before + SEEDED)
  await expectOneFactPerRow()
})

test('physical replication is refused to the role of the connector', async () => {
  const { host } = new URL(project.config.database.url)
  const connectionString = `postgres://cdc:cdc@${host}/wildapp`
  const settings: ClientConfig & { readonly replication: string } = {
    connectionString,
    replication: 'true',
  }
  await expect(new Client(settings).connect()).rejects.toThrow(/rejects replication connection/)
})

test.each(['feed', 'pipeline'])('%s answers to its own names only', async (service) => {
  const [address = ''] = (await project.addresses())[service] ?? []
  const path = service === 'feed' ? '/feeds' : '/healthz'
  const statusOf = (host: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      get(`http://${address}${path}`, { headers: { host } }, (response) => {
        resolve(response.resume().statusCode)
      }).on('error', reject)
    })
  expect(await Promise.all(['localhost', service, 'evil.example'].map(statusOf))).toEqual([
    200, 200, 403,
  ])
})

test("the ports on the host are those of the CLI's defaults, and all are bound to loopback", async () => {
  const { database, kafka, connect, registry, http, feed } = ConfigSchema.parse({})
  const portOf = (url: string): string => new URL(url).port
  expect(await project.usualAddresses()).toEqual({
    postgres: [`127.0.0.1:${portOf(database.url)}`],
    kafka: kafka.brokers.map((broker) => broker.replace('localhost', '127.0.0.1')),
    connect: [`127.0.0.1:${portOf(connect.url)}`],
    registry: [`127.0.0.1:${portOf(registry.url)}`],
    pipeline: [`127.0.0.1:${http.port}`],
    feed: [`127.0.0.1:${feed.port}`],
  })
})

test('a project of the tests takes none of the usual ports', async () => {
  const usual = Object.values(await project.usualAddresses()).flat()
  const own = Object.values(await project.addresses()).flat()
  expect(own).toHaveLength(usual.length)
  expect(own.filter((address) => usual.includes(address))).toEqual([])
})
