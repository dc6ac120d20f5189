import { sampleConfig } from '../support/sample-config'
import { drizzle } from 'drizzle-orm/node-postgres'
import { Client } from 'pg'
import { migrate } from '../../monolith/migrate'
import { primary } from '../../monolith/models/primary'
import { insertRows } from '../../monolith/seed/insert-rows'
import { runAppCommand } from '../../src/cli/run/run-app-command'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import { waitFor } from '../support/wait-for'
import { onDatabase } from '../support/with-client'

let stack: TestStack
let client: Client

jest.setTimeout(60_000)

beforeAll(async () => {
  stack = await startTestStack({ services: ['postgres'] })
  const databaseUrl = stack.endpoints.database.url
  const settings = { databaseUrl, adminDatabaseUrl: undefined, cdcPassword: undefined }
  await migrate(settings, () => undefined)
  client = new Client({ connectionString: databaseUrl })
  await client.connect()
}, 120_000)
afterAll(async () => {
  await client.end()
  await stack.stop()
}, 30_000)

async function counts(): Promise<readonly number[]> {
  const result = await client.query<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM wildapp_tertiary) t, (SELECT count(*)::int FROM wildapp_secondary) s,
            (SELECT count(*)::int FROM wildapp_primary) p`,
  )
  const { t, s, p } = result.rows[0]!
  return [t!, s!, p!]
}

async function monolith(...args: readonly string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = []
  const config = sampleConfig({ env: { FACTS_HOME: stack.home } })
  const code = await runAppCommand(args, config, { onLine: (line) => lines.push(line) })
  return { code, text: lines.join('\n') }
}

test('rows arrive in the table as they were made, in every type', async () => {
  const orm = drizzle(client)
  const row = {
    secondaryId: null,
    title: `it's "quoted" \\ 🚀 {a,b}\n`,
    status: 'archived' as const,
    serialNumber: 9_223_372_036_854_775_807n,
    amount: '-1234567890123456.7800',
    quantity: -2_147_483_648,
    score: 5e-324,
    verified: false,
    notes: 'é'.repeat(9000),
    externalId: '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111',
    happenedAt: '2026-01-02 03:04:05.678901',
    dueOn: '2026-02-03',
    remindAt: '23:59:59.999999',
    leadTime: '1 year 2 mons -3 days +04:05:06.789',
    attributes: { a: [1, null, { b: 'x"y' }], big: 12_345_678_901 },
    labels: ['x', null, 'y,z', '', '"', '\\', 'null'],
    fingerprint: Buffer.from([0, 255, 92, 34]),
    createdAt: '2026-01-02 01:04:05.678901+00',
    updatedAt: '2026-01-02 01:04:05.678+00',
  }
  await client.query(`SET TIME ZONE 'UTC'`)
  const [id] = await insertRows<string>(orm, primary, [row])
  const [read] = (await orm.select().from(primary)).filter((it) => it.id === BigInt(id!))
  expect(read).toEqual({ ...row, id: BigInt(id!) })
})

test('a run adds that many rows of each model, again and again, with the same --seed too', async () => {
  const before = await counts()
  for (let run = 1; run <= 2; run++) {
    await expect(monolith('seed', '--number=12', '--seed=5')).resolves.toMatchObject({ code: 0 })
    expect(await counts()).toEqual(before.map((count) => count + 12 * run))
  }
})

test('more rows than one statement takes arrive, and their parents exist', async () => {
  const [, , before] = await counts()
  const { code, text } = await monolith('seed', '-n', '2100')
  expect({ code, text }).toMatchObject({ code: 0 })
  expect(text).toContain('Seeded 2100 tertiary, 2100 secondary and 2100 primary rows')
  expect((await counts())[2]).toBe(before! + 2100)
})

test('churn inserts, updates and deletes at about the given rate, beside another one', async () => {
  const run = (): ReturnType<typeof monolith> =>
    monolith('seed', '--number=0', '--churn', '--rate=100', '--duration=3')
  const [one, other] = await Promise.all([run(), run()])
  for (const { code, text } of [one, other]) {
    expect({ code, text }).toMatchObject({ code: 0 })
    const [, inserted, updated, deleted] = /Done: (\d+) \w+, (\d+) \w+, (\d+) /.exec(text)!
    const all = Number(inserted) + Number(updated) + Number(deleted)
    expect(Math.min(Number(inserted), Number(updated), Number(deleted))).toBeGreaterThan(0)
    expect(all).toBeGreaterThan(150)
    expect(all).toBeLessThan(400)
  }
})

test('churn ends on a signal after the transaction in hand, with exit code 0', async () => {
  const lines: string[] = []
  const config = sampleConfig({ env: { FACTS_HOME: stack.home } })
  const ended = runAppCommand(['seed', '-n', '0', '--churn'], config, {
    onLine: (line) => lines.push(line),
  })
  await waitFor('churn to begin', () => lines.some((line) => line.startsWith('Churning')))
  // runAppCommand passes on what this process gets; no signal has to be sent for its listener to run.
  process.emit('SIGTERM', 'SIGTERM')
  await expect(ended).resolves.toBe(0)
  expect(lines.at(-1)).toMatch(/^Done: /)
})

test('tables that are not there yet are a hint to migrate', async () => {
  await client.query('CREATE DATABASE bare')
  const config = sampleConfig({
    env: {
      FACTS_HOME: stack.home,
      FACTS_DATABASE_URL: onDatabase('bare', stack.endpoints.database.url),
    },
  })
  const lines: string[] = []
  const code = await runAppCommand(['seed'], config, { onLine: (line) => lines.push(line) })
  expect({ code, text: lines.join() }).toEqual({
    code: 1,
    text: expect.stringContaining('Run `npm run migrate` first') as unknown,
  })
})
