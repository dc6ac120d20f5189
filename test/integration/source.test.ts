import { sampleConfig } from '../support/sample-config'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Client } from 'pg'
import { migrate } from '../../monolith/migrate'
import { capturedTable, sourceTable } from '../../src/cli/resync/source-table'
import { checkSourceAtStart } from '../../src/cli/run/check-source-at-start'
import type { AppConfig } from '../../src/app/app-config'
import { packageRoot } from '../../src/package-root'
import type { Finding } from '../../src/dev-stack/machine/finding'
import { connectClient } from '../../src/connector/connect-client'
import { connectorStatus } from '../../src/connector/connector-status'
import { registerConnector } from '../../src/connector/register-connector'
import { retakeSnapshot } from '../../src/connector/retake-snapshot'
import { KafkaLog } from '../../src/broker/kafka/kafka-log'
import { readAll } from '../../src/broker/read-all'
import { HASHED } from '../../src/observe/resync/comparable-value'
import type { SourceTable } from '../../src/observe/resync/resync'
import type { Capture } from '../../src/source/capture-rules'
import type { DeclaredTable } from '../../src/source/declared-table'
import { examineSource, sourceFindings } from '../../src/source/inspect-source'
import { PatternList } from '../../src/source/pattern-list'
import type { SourceFinding } from '../../src/source/source-finding'
import { DECLARATION_CASES } from '../support/declaration-cases'
import { SOURCE_CASES } from '../support/source-cases'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import { waitFor } from '../support/wait-for'
import { createLogger } from '../../src/telemetry'

/*
 * What is found in a real catalog, and that each remedy works: its statements are run as they are printed.
 */

let stack: TestStack
let config: AppConfig
let owner: Client

jest.setTimeout(60_000)

beforeAll(async () => {
  stack = await startTestStack({
    services: ['postgres', 'connect'],
    settings: { postgres: SETTINGS },
  })
  config = sampleConfig({ env: { FACTS_HOME: stack.home } })
  const databaseUrl = config.database.url
  await migrate(
    { databaseUrl, adminDatabaseUrl: undefined, cdcPassword: undefined },
    () => undefined,
  )
  owner = new Client({ connectionString: databaseUrl })
  await owner.connect()
}, 120_000)
afterAll(async () => {
  await owner.end()
  await stack.stop()
}, 30_000)

const SETTINGS = { track_commit_timestamp: 'on' }
const CAPTURE: Capture = {
  publication: 'wildapp_facts',
  role: 'cdc',
  topicPrefix: 'm',
  include: new PatternList('.*'),
  snapshot: undefined,
  excludedColumns: new PatternList('(?!)'),
}

async function findings(
  where: string,
  declared: readonly DeclaredTable[] = [],
  capture: Partial<Capture> = {},
): Promise<readonly SourceFinding[]> {
  const found = sourceFindings(await examineSource(owner, { ...CAPTURE, ...capture }, declared))
  return found.filter((finding) => finding.where.startsWith(where))
}

/** The statements of a remedy, run one by one as a person would from the printed text. */
async function run(remedy: string): Promise<void> {
  const statements = remedy.match(/\b(?:ALTER|GRANT|CREATE|BEGIN|COMMIT)\b[^;]*;/g) ?? []
  expect(statements.length).toBeGreaterThan(0)
  for (const statement of statements) {
    await owner.query(statement).catch((error: unknown) => {
      // Already a member of the publication; the remedy says so.
      if ((error as { readonly code?: string }).code !== '42710') throw error
    })
  }
}

test.each([...SOURCE_CASES, ...DECLARATION_CASES])(
  '%s is found, since when, and its remedy works',
  async (_, { rule, where, setup, declared, capture, then }) => {
    await owner.query(setup)
    const before = (await findings(where, declared, capture)).filter((one) => one.rule === rule)
    expect(before).toHaveLength(1)
    expect(before[0]?.where).toBe(where)
    const remedy = before[0]?.remedy ?? ''
    if (then === undefined) await run(remedy)
    else expect(remedy).toContain(then.says)
    if (then?.sql !== undefined) await owner.query(then.sql)
    const after = await findings(where, then?.declared ?? declared, then?.capture ?? capture)
    expect(after.filter((one) => one.rule === rule)).toEqual([])
  },
)

describe('the capture', () => {
  const said: string[] = []
  let log: KafkaLog

  beforeAll(async () => {
    const { brokers } = config.kafka
    const logger = createLogger({ level: 'silent', format: 'json' })
    log = new KafkaLog({ brokers, clientId: 'test', logger })
    await owner.query(`
      CREATE TABLE never_captured (id bigint PRIMARY KEY); INSERT INTO never_captured VALUES (1);
      CREATE SCHEMA "Shop";
      CREATE TABLE "Shop"."Order, Items.x\\y" (id bigint PRIMARY KEY, "we.ird, [x]" date[], n int);
      CREATE TABLE "Shop"."order, items.x\\y" (id bigint PRIMARY KEY);
      SELECT facts_capture('"Shop"."Order, Items.x\\y"');
      INSERT INTO "Shop"."Order, Items.x\\y" VALUES (1, '{2026-01-01}', 0);
      CREATE TABLE parted (id bigint, at date, v text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
      CREATE TABLE parted_26 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
      SELECT facts_capture('parted'); INSERT INTO parted VALUES (1, '2026-05-05', 'x');`)
    await registerConnector({ config, onProgress: (line) => said.push(line) })
  }, 60_000)
  afterAll(() => log.close())

  const values = async (topic: string): Promise<readonly Record<string, unknown>[]> =>
    (await readAll(log, [`monolith.${topic}`])).flatMap(({ value }) => {
      if (value === null) return []
      const { after } = JSON.parse(value.toString()) as { readonly after: Record<string, unknown> }
      return [after]
    })
  const arrived = (topic: string, count: number): Promise<readonly Record<string, unknown>[]> =>
    waitFor(
      `${count} changes on ${topic}`,
      async () => {
        const found = await values(topic).catch(() => [])
        return found.length >= count && found
      },
      30_000,
    )

  test('takes what is published, with any name, in a snapshot that ends', async () => {
    // Not its column of an array type, which may stop it; the table beside it is not published, and cannot be read.
    await expect(arrived('Shop.Order__Items.x_y', 1)).resolves.toEqual([{ id: 1, n: 0 }])
    expect(said).toContainEqual(
      expect.stringContaining(
        String.raw`leaves out the column "Shop"."Order, Items.x\y"."we.ird, [x]"`,
      ),
    )
    await expect(arrived('public.parted', 1)).resolves.toHaveLength(1)
    await owner.query(`INSERT INTO parted VALUES (2, '2026-06-06', 'y')`)
    const parted = await arrived('public.parted', 2)
    expect(parted.map(({ v }) => v).sort()).toEqual(['x', 'y'])
    const topics = await log.admin
      .partitionCounts(['monolith.public.parted_26'])
      .catch(() => undefined)
    expect(topics?.get('monolith.public.parted_26')).toBeUndefined()
  })

  test('takes a table that is captured later without being registered again', async () => {
    await owner.query(
      `CREATE TABLE "Shop".later (id bigint PRIMARY KEY); SELECT facts_capture('"Shop".later'); INSERT INTO "Shop".later VALUES (7)`,
    )
    await expect(arrived('Shop.later', 1)).resolves.toEqual([{ id: 7 }])
  })

  test('stopped by a new column of a type that stops it, loses nothing and runs when registered again', async () => {
    await owner.query(
      `ALTER TABLE "Shop".later ADD COLUMN n int, ADD COLUMN holidays date[];
       UPDATE "Shop".later SET n = 0, holidays = (SELECT array_agg('2026-01-01'::date + g) FROM generate_series(1, 3000) g)`,
    )
    await owner.query(`UPDATE "Shop".later SET n = n + 1`)
    await waitFor(
      'the task to fail',
      async () => (await connectorStatus(config, 'monolith')).state === 'failed',
      30_000,
    )
    await expect(registerConnector({ config })).resolves.toMatchObject({ outcome: 'updated' })
    await expect(arrived('Shop.later', 3)).resolves.toMatchObject([{ id: 7 }, { n: 0 }, { n: 1 }])
  })

  test('doctor says what is wrong now, and exits with 1 while no facts are made', async () => {
    await registerConnector({ config })
    await owner.query(
      'ALTER TABLE wildapp_primary REPLICA IDENTITY NOTHING, ALTER notes TYPE varchar',
    )
    const warned: string[] = []
    const warn = (_: object, line: string): unknown => warned.push(line)
    await checkSourceAtStart(config, { info: warn, warn } as never)
    expect(warned).toEqual([
      expect.stringContaining('wildapp_primary has REPLICA IDENTITY NOTHING'),
    ])
    const { code, findings } = await doctor()
    expect(code).toBe(1)
    expect(findings).toContainEqual(
      expect.objectContaining({
        name: 'source public.wildapp_primary',
        status: 'fail',
        detail: expect.stringMatching(/NOTHING.*\[replica-identity, since 20/) as string,
        remedy: 'ALTER TABLE public.wildapp_primary REPLICA IDENTITY DEFAULT;',
      }),
    )
    const of = (name: string): Finding | undefined => findings.find((one) => one.name === name)
    expect(of('connector monolith')).toMatchObject({ status: 'ok' })
    expect(of('connector monolith settings')).toMatchObject({ status: 'ok' })
    expect(of('pipeline')).toMatchObject({ status: 'fail' })
    expect(JSON.stringify(findings)).not.toContain('npm run migrate')
    await owner.query(
      'ALTER TABLE wildapp_primary REPLICA IDENTITY DEFAULT, ADD COLUMN spans date[]',
    )
    const after = (await doctor()).findings
    expect(after.filter(({ name }) => name.startsWith('source public.wildapp_primary'))).toEqual([
      expect.objectContaining({ name: 'source public.wildapp_primary.spans', status: 'fail' }),
      expect.objectContaining({ status: 'ok', detail: expect.stringContaining('spans') as string }),
    ])
  }, 150_000)

  test('streams a generated column once that is published, as its remedy says', async () => {
    await owner.query(
      `CREATE TABLE doubled (id bigint PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a * 2) STORED);
       ALTER PUBLICATION wildapp_facts SET (publish_generated_columns = stored);
       SELECT facts_capture('doubled'); INSERT INTO doubled VALUES (1, 21)`,
    )
    await expect(arrived('public.doubled', 1)).resolves.toEqual([{ id: 1, a: 21, b: 42 }])
  })

  test('a table is compared by its own name, with the values that PostgreSQL writes', async () => {
    const examined = await examineSource(owner, { ...CAPTURE, topicPrefix: 'monolith' }, [])
    const table = capturedTable(examined, 'monolith.Shop.Order__Items.x_y')
    expect(table.quoted).toBe('"Shop"."Order, Items.x\\y"')
    const source = sourceTable(owner, table, examined.catalog, ['id'])
    expect(source.typeOf('we.ird, [x]')).toBe('date[]')
    expect(source.typeOf('missing')).toBeUndefined()
    await owner.query(
      `INSERT INTO "Shop"."Order, Items.x\\y" VALUES (2, NULL, 5);
       CREATE TABLE long (id int, code bigint, t text, PRIMARY KEY (id, code)); SELECT facts_capture('long');
       INSERT INTO long VALUES (1, 9007199254740993, repeat('ä', 600))`,
    )
    const read = async (of: SourceTable, ...names: readonly string[]): Promise<unknown[]> => {
      const rows: unknown[] = []
      const columns = names.map((name) => ({ name, mayBeHashed: true }))
      for await (const { key, values } of of.rows(columns)) rows.push([JSON.parse(key), ...values])
      return rows
    }
    expect(await read(source, 'we.ird, [x]', 'n')).toEqual([
      [{ id: 1 }, '{2026-01-01}', '0'],
      [{ id: 2 }, null, '5'],
    ])
    const again = await examineSource(owner, { ...CAPTURE, topicPrefix: 'monolith' }, [])
    const long = capturedTable(again, 'monolith.public.long')
    const hash = createHash('sha256').update('ä'.repeat(600)).digest('hex')
    expect(await read(sourceTable(owner, long, again.catalog, ['id']), 't')).toEqual([
      [{ id: 1 }, HASHED + hash],
    ])
    expect(() => capturedTable(again, 'monolith.public.nothing')).toThrow(/has no table/)
  })

  test('a snapshot that cannot end is found with its cause, and continues after the remedy', async () => {
    await owner.query('REVOKE SELECT ON "Shop".later FROM cdc')
    await retakeSnapshot({ client: connectClient(config.connect), name: 'monolith' })
    const found = async (): Promise<Finding | undefined> =>
      (await doctor()).findings.find(({ name }) => name === 'connector snapshot')
    const finding = await waitFor(
      'the finding',
      async () => {
        const one = await found()
        return one?.status === 'fail' && one
      },
      60_000,
    )
    expect(finding.detail).toContain('may not read "Shop".later')
    await run(finding.remedy)
    await waitFor('the snapshot to end', async () => (await found()) === undefined, 90_000)
  }, 180_000)

  const doctor = (): Promise<{ readonly code: number; readonly findings: readonly Finding[] }> =>
    new Promise((resolve) => {
      const env = { ...process.env, FACTS_HOME: stack.home, FACTS_HTTP_PORT: '1' }
      const facts = join(packageRoot(), 'bin', 'facts.cjs')
      execFile(process.execPath, [facts, 'doctor', '--json'], { env }, (error, stdout) => {
        const findings = JSON.parse(stdout) as readonly Finding[]
        resolve({ code: Number(error?.code ?? 0), findings })
      })
    })
})
