import { sampleApp, sampleConfig } from '../support/sample-config'
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ClientConfig } from 'pg'
import { Client } from 'pg'
import { ensureCaptureRole } from '../../monolith/capture-role'
import { migrate } from '../../monolith/migrate'
import { declaredTables } from '../../src/compose/topology'
import { connectorFile, readConnectorFile } from '../../src/connector/connector-file'
import { sourceSettings } from '../../src/connector/source-settings'
import { sourceFindings } from '../../src/source/inspect-source'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import { withClient } from '../support/with-client'

let stack: TestStack
let owner: Client
let cdc: Client
/** What was begun, to be ended also when the rest could not begin. */
const begun: (() => Promise<void>)[] = []

beforeAll(async () => {
  stack = await startTestStack({ services: ['postgres'] })
  begun.push(() => stack.stop())
  const databaseUrl = stack.endpoints.database.url
  await migrate(
    { databaseUrl, adminDatabaseUrl: undefined, cdcPassword: undefined },
    () => undefined,
  )
  owner = new Client({ connectionString: databaseUrl })
  await owner.connect()
  begun.push(() => owner.end())
  const { host } = new URL(databaseUrl)
  cdc = new Client({ connectionString: `postgres://cdc:cdc@${host}/wildapp` })
  await cdc.connect()
  begun.push(() => cdc.end())
}, 120_000)
afterAll(async () => {
  for (const end of begun.reverse()) await end()
}, 30_000)

const denied = async (statement: string): Promise<void> => {
  await expect(cdc.query(statement)).rejects.toMatchObject({ code: '42501' })
}

test.each(['wildapp_primary', 'wildapp_secondary', 'wildapp_tertiary', 'wildapp_event'])(
  'cdc reads %s and cannot change it',
  async (table) => {
    await cdc.query(`SELECT * FROM ${table}`)
    await denied(`INSERT INTO ${table} DEFAULT VALUES`)
    await denied(`UPDATE ${table} SET id = id`)
    await denied(`DELETE FROM ${table}`)
    await denied(`TRUNCATE ${table}`)
    await denied(`SELECT * FROM ${table} FOR UPDATE`)
  },
)

test('cdc can do nothing else: no other table, no new objects, no publication, no other role', async () => {
  await denied('SELECT * FROM schema_migrations')
  await denied('CREATE TABLE mine (id int)')
  await denied('CREATE SCHEMA mine')
  await denied('CREATE ROLE mine')
  await denied('ALTER PUBLICATION wildapp_facts DROP TABLE wildapp_primary')
  await expect(cdc.query(`SELECT facts_capture('wildapp_primary')`)).rejects.toThrow(
    'permission denied for function facts_capture',
  )
  await denied('SET ROLE wildapp')
})

test('every operation is published, TRUNCATE too, of named tables only', async () => {
  const { rows } = await owner.query(
    `SELECT pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot, puballtables
     FROM pg_publication WHERE pubname = 'wildapp_facts'`,
  )
  const published = { pubinsert: true, pubupdate: true, pubdelete: true, pubtruncate: true }
  expect(rows).toEqual([{ ...published, pubviaroot: true, puballtables: false }])
})

describe('cdc logs in and replicates, and has no other power', () => {
  const powers = async (client: Client): Promise<unknown> => {
    const { rows } = await client.query<Record<string, unknown>>(
      `SELECT rolcanlogin, rolreplication, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls,
              (SELECT count(*)::int FROM pg_auth_members WHERE member = r.oid) AS memberships
       FROM pg_roles r WHERE rolname = 'cdc'`,
    )
    return rows
  }
  const wanted = {
    rolcanlogin: true,
    rolreplication: true,
    rolsuper: false,
    rolcreatedb: false,
    rolcreaterole: false,
    rolbypassrls: false,
    memberships: 0,
  }

  test('made by the owner of the tables', async () => {
    expect(await powers(owner)).toEqual([wanted])
  })

  test('made by an administrator, who could give it any', async () => {
    await withClient(stack.superuserUrl ?? '', async (admin) => {
      await admin.query('BEGIN; ALTER ROLE cdc RENAME TO captures')
      await ensureCaptureRole(admin)
      expect(await powers(admin)).toEqual([wanted])
      await admin.query('ROLLBACK')
    })
  })
})

describe('REPLICATION', () => {
  test('shows the changes of every table of the database, as docs/security.md says', async () => {
    await owner.query('CREATE TABLE not_for_cdc (id int PRIMARY KEY, secret text)')
    await denied('SELECT * FROM not_for_cdc')
    await cdc.query(`SELECT pg_create_logical_replication_slot('curious', 'test_decoding')`)
    try {
      await owner.query(`INSERT INTO not_for_cdc VALUES (1, 'hidden')`)
      const { rows } = await cdc.query<{ data: string }>(
        `SELECT data FROM pg_logical_slot_get_changes('curious', NULL, NULL)`,
      )
      expect(rows.map(({ data }) => data).join()).toContain('hidden')
    } finally {
      await cdc.query(`SELECT pg_drop_replication_slot('curious')`)
    }
  })

  test('copies no files: a physical connection is refused to everyone', async () => {
    const { host } = new URL(stack.endpoints.database.url)
    const users = [
      `postgres://cdc:cdc@${host}/wildapp`,
      stack.endpoints.database.url,
      stack.superuserUrl ?? '',
    ]
    for (const connectionString of users) {
      // As pg_basebackup connects; node-postgres passes it on.
      const settings: ClientConfig & { readonly replication: string } = {
        connectionString,
        replication: 'true',
      }
      const client = new Client(settings)
      try {
        await expect(client.connect()).rejects.toThrow(
          /pg_hba\.conf rejects replication connection/,
        )
      } finally {
        await client.end()
      }
    }
  })

  test('is of use: a logical connection to its database is let in', async () => {
    const { host } = new URL(stack.endpoints.database.url)
    const connectionString = `postgres://cdc:cdc@${host}/wildapp`
    const settings: ClientConfig & { readonly replication: string } = {
      connectionString,
      replication: 'database',
    }
    const client = new Client(settings)
    await client.connect()
    const { rows } = await client.query<{ dbname: string }>('IDENTIFY_SYSTEM')
    expect(rows).toMatchObject([{ dbname: 'wildapp' }])
    await client.end()
  })
})

test('what the source is like cdc sees as the owner does, so it can register the connector', async () => {
  const { host } = new URL(stack.endpoints.database.url)
  const urls = [stack.endpoints.database.url, `postgres://cdc:cdc@${host}/wildapp`]
  const [owners, own] = await Promise.all(
    urls.map(async (url) => {
      const config = sampleConfig({ env: { FACTS_HOME: stack.home, FACTS_DATABASE_URL: url } })
      const connector = readConnectorFile(connectorFile(sampleApp), config)
      const settings = await sourceSettings(connector, config, declaredTables({ app: sampleApp }))
      return { ...settings.connector, findings: sourceFindings(settings.examined) }
    }),
  )
  expect(own).toEqual(owners)
})

test('nothing that the stack has written can be read by others', () => {
  const entries = readdirSync(stack.home, { recursive: true, withFileTypes: true })
  const open = entries
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => (lstatSync(path).mode & 0o077) !== 0)
  expect([(lstatSync(stack.home).mode & 0o777).toString(8), open]).toEqual(['700', []])
})

test("the connector's heartbeat is all that cdc may write", async () => {
  const config = sampleConfig({ env: { FACTS_HOME: stack.home } })
  const query = readConnectorFile(connectorFile(sampleApp), config).config[
    'heartbeat.action.query'
  ]!
  await cdc.query(query)
  const [first] = (await owner.query<{ beat_at: Date }>('SELECT beat_at FROM facts_heartbeat')).rows
  await cdc.query(query)
  const beats = (await owner.query<{ beat_at: Date }>('SELECT beat_at FROM facts_heartbeat')).rows
  expect(beats).toHaveLength(1)
  expect(beats[0]!.beat_at.getTime()).toBeGreaterThanOrEqual(first!.beat_at.getTime())
  await denied('DELETE FROM facts_heartbeat')
  await denied('TRUNCATE facts_heartbeat')
  await denied('UPDATE facts_heartbeat SET id = 1')
})

describe('facts_capture', () => {
  const published = async (table: string): Promise<boolean> => {
    const result = await owner.query(
      `SELECT FROM pg_publication_tables WHERE pubname = 'wildapp_facts' AND tablename = $1`,
      [table],
    )
    return result.rowCount === 1
  }

  test('publishes the table and lets cdc read it, without a superuser; twice is as good as once', async () => {
    await owner.query('CREATE TABLE wildapp_invoice (id int PRIMARY KEY)')
    await denied('SELECT * FROM wildapp_invoice')
    await owner.query(`SELECT facts_capture('wildapp_invoice')`)
    await owner.query(`SELECT facts_capture('wildapp_invoice')`)
    await expect(published('wildapp_invoice')).resolves.toBe(true)
    await cdc.query('SELECT * FROM wildapp_invoice')
  })

  test('takes a table of any schema and name', async () => {
    await owner.query(
      `CREATE SCHEMA "My Shop"; CREATE TABLE "My Shop"."Order" (id int PRIMARY KEY); SELECT facts_capture('"My Shop"."Order"')`,
    )
    await expect(published('Order')).resolves.toBe(true)
    await cdc.query('SELECT * FROM "My Shop"."Order"')
  })

  test('takes a partitioned table as one, whose partitions may be read', async () => {
    await owner.query(`CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id);
      CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10); SELECT facts_capture('parted')`)
    await expect(published('parted')).resolves.toBe(true)
    await expect(published('parted_1')).resolves.toBe(false)
    await cdc.query('SELECT * FROM parted_1')
  })

  test.each([
    [
      'whose key is DEFERRABLE',
      'late_key',
      `CREATE TABLE late_key (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)`,
      /DEFERRABLE/,
    ],
    [
      'with another replica identity',
      'by_index',
      `CREATE TABLE by_index (id int PRIMARY KEY, code int NOT NULL UNIQUE); ALTER TABLE by_index REPLICA IDENTITY USING INDEX by_index_code_key`,
      /not identified by its primary key \(REPLICA IDENTITY USING INDEX\)/,
    ],
    [
      'that writes no old rows',
      'nothing',
      `CREATE TABLE nothing (id int PRIMARY KEY); ALTER TABLE nothing REPLICA IDENTITY NOTHING`,
      /REPLICA IDENTITY NOTHING/,
    ],
    [
      'that is not logged',
      'unlogged',
      `CREATE UNLOGGED TABLE unlogged (id int PRIMARY KEY)`,
      /WAL/,
    ],
  ])('refuses a table %s, and its hint helps', async (_, table, create, message) => {
    await owner.query(create)
    const refused = (await owner
      .query(`SELECT facts_capture('${table}')`)
      .catch((error: unknown) => error)) as Error & { readonly hint: string }
    expect(refused.message).toMatch(message)
    await expect(published(table)).resolves.toBe(false)
    await owner.query(refused.hint)
    await owner.query(`SELECT facts_capture('${table}')`)
    await expect(published(table)).resolves.toBe(true)
  })

  test('refuses a partition and names its table, and a table with heirs', async () => {
    await owner.query(
      `CREATE TABLE ancestor (id int PRIMARY KEY); CREATE TABLE heir () INHERITS (ancestor)`,
    )
    await expect(owner.query(`SELECT facts_capture('parted_1')`)).rejects.toMatchObject({
      hint: `SELECT facts_capture('public.parted');`,
    })
    await expect(owner.query(`SELECT facts_capture('ancestor')`)).rejects.toThrow('public.heir')
  })

  test('refuses a table without a primary key, whose changes would have no key', async () => {
    await owner.query('CREATE TABLE wildapp_keyless (id int)')
    await expect(owner.query(`SELECT facts_capture('wildapp_keyless')`)).rejects.toThrow(
      'has no primary key',
    )
    await expect(published('wildapp_keyless')).resolves.toBe(false)
  })
})
