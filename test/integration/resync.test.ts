import { sampleApp } from '../support/sample-config'
import { facts as generated } from '../../src/gen/messages'
import { checkPipeline } from '../../src/cli/doctor/check-pipeline'
import type { ConnectClient } from '../../src/connector/connect-client'
import { connectClient } from '../../src/connector/connect-client'
import { connectorFile, readConnectorFile } from '../../src/connector/connector-file'
import { slotLoss } from '../../src/connector/slot-loss'
import { supervise } from '../../src/connector/supervise'
import type { Finding } from '../../src/dev-stack/machine/finding'
import { decodedPrimary } from '../support/decoded-primary'
import type { PipelineProcess } from '../support/pipeline-process'
import { FACTS, RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { onDatabase, withClient } from '../support/with-client'

const { Kind } = generated.v1
const SLOT = 'wildapp_facts'
jest.setTimeout(240_000)

let line: RunningLine
let pipeline: PipelineProcess
beforeAll(async () => {
  line = await RunningLine.start()
  // Longer than the heartbeat's interval, and no longer than the test has to wait.
  pipeline = line.pipeline({ FACTS_PIPELINE_CAPTURE_SILENT_MS: '15000' })
  await line.seed(20)
}, 300_000)
afterAll(() => line.stop(), 60_000)

/** Rows according to the facts: titles by id. */
async function factState(): Promise<ReadonlyMap<string, string>> {
  const rows = new Map<string, string>()
  for (const record of await line.read(FACTS)) {
    const { header, id, title } = decodedPrimary(record)
    if (header?.kind === Kind.KIND_DELETED) rows.delete(String(id))
    else rows.set(String(id), title)
  }
  return rows
}

function tableState(): Promise<ReadonlyMap<string, string>> {
  return withClient(line.config.database.url, async (client) => {
    const { rows } = await client.query<{ id: string; title: string }>(
      'SELECT id::text, title FROM wildapp_primary',
    )
    return new Map(rows.map(({ id, title }) => [id, title]))
  })
}

const isSame = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([id, title]) => b.get(id) === title)

const toAgree = (): Promise<true> =>
  waitFor(
    'facts and table to agree',
    async () => isSame(await factState(), await tableState()),
    120_000,
  )

/** What doctor finds, by name. */
async function doctor(): Promise<ReadonlyMap<string, Finding>> {
  const { output } = await line.facts('doctor', '--json')
  const findings = JSON.parse(/^\[$.*^\]$/ms.exec(output)?.[0] ?? output) as readonly Finding[]
  return new Map(findings.map((finding) => [finding.name, finding]))
}

const write = (sql: string): Promise<unknown> =>
  withClient(line.config.database.url, (pg) => pg.query(sql))

test('a connector that was stopped captures again after what doctor names for it', async () => {
  await toAgree()
  const client = connectClient(line.config.connect)
  await client.stop('monolith')
  const stopped = await waitFor('the connector to be stopped', async () => {
    const finding = (await doctor()).get('connector monolith')
    return finding?.status === 'fail' && finding
  })
  expect(stopped.detail).toContain('STOPPED')
  expect(stopped.remedy).toMatch(/^npm run register-connector -- --resume/)
  await expect(line.facts('register-connector')).resolves.toMatchObject({
    code: 1,
    output: expect.stringContaining('--resume') as string,
  })
  await write(`UPDATE wildapp_primary SET title = 'while it was stopped' WHERE id % 2 = 0`)
  await expect(line.facts('register-connector', '--resume')).resolves.toMatchObject({ code: 0 })
  await toAgree()
  expect((await doctor()).get('connector monolith')).toMatchObject({ status: 'ok' })
})

test('a declaration is compared with the catalog and the registry before it is deployed', async () => {
  await expect(line.facts('migrate-check')).resolves.toMatchObject({
    code: 0,
    output: expect.stringContaining('This version can be deployed.') as string,
  })
  await write('ALTER TABLE wildapp_primary RENAME COLUMN quantity TO pieces')
  try {
    await expect(line.facts('migrate-check')).resolves.toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /Before this version is deployed:\n.*remove public.wildapp_primary.quantity from the declaration/,
      ) as string,
    })
  } finally {
    await write('ALTER TABLE wildapp_primary RENAME COLUMN pieces TO quantity')
  }
})

test('facts come back to the state of the tables after the slot was lost with changes in it, by what each message names', async () => {
  await toAgree()
  const client = connectClient(line.config.connect)
  await client.stop('monolith')
  const superuser = onDatabase('wildapp', line.stack.superuserUrl ?? '')
  await waitFor(
    'the slot to be dropped',
    () =>
      withClient(superuser, (pg) => pg.query(`SELECT pg_drop_replication_slot('${SLOT}')`)).then(
        () => true,
        () => false,
      ),
    60_000,
  )
  // No connector captures these.
  await write('DELETE FROM wildapp_primary WHERE id IN (SELECT id FROM wildapp_primary LIMIT 5)')
  await write(
    `UPDATE wildapp_primary SET title = 'lost', amount = amount + 1 WHERE id IN (SELECT id FROM wildapp_primary LIMIT 3)`,
  )
  await line.seed(2)

  const slot = (await doctor()).get(`postgres slot ${SLOT}`)
  expect(slot).toMatchObject({ status: 'fail' })
  expect(slot?.remedy).toContain('facts resync --all')
  for (const flags of [[], ['--resume']]) {
    await expect(line.facts('register-connector', ...flags)).resolves.toMatchObject({
      code: 1,
      output: expect.stringContaining('facts resync --all') as string,
    })
  }
  const warned = await supervised(client)
  expect(warned).toEqual([
    expect.stringMatching(
      /^Changes are lost: the replication slot wildapp_facts, .* no longer exists.*facts resync --all/,
    ),
  ])

  const found = await line.facts('resync')
  expect(found.code).toBe(1)
  expect(found.output).toContain('wildapp.primary  3 rows have other values in the table')
  expect(found.output).toContain('wildapp.primary  5 rows only in the facts')
  expect(found.output).toContain('wildapp.primary  2 rows only in the table')
  expect(found.output).toContain('facts resync --all')

  const all = await line.facts('resync', '--all')
  expect(all).toMatchObject({
    code: 0,
    output: expect.stringMatching(
      /5 rows were handed over.*Facts and tables agree\.\n$/s,
    ) as string,
  })
  expect(isSame(await factState(), await tableState())).toBe(true)
  await expect(line.facts('resync')).resolves.toMatchObject({ code: 0 })
  await expect(line.facts('register-connector')).resolves.toMatchObject({ code: 0 })
  await waitFor(
    'doctor to find the slot and the connector well',
    async () => {
      const after = await doctor()
      return [`postgres slot ${SLOT}`, 'connector monolith'].every(
        (name) => after.get(name)?.status === 'ok',
      )
    },
    60_000,
  )
})

/** What supervise warns of in a few looks at a connector that was lost; that it restarts nothing. */
async function supervised(client: ConnectClient): Promise<readonly string[]> {
  const warned: string[] = []
  const ending = new AbortController()
  const connector = readConnectorFile(connectorFile(sampleApp), line.config)
  let looks = 0
  const over = supervise({
    name: 'monolith',
    signal: ending.signal,
    say: () => undefined,
    refreshMs: 1,
    intervalMs: 10,
    client: { ...client, restartFailed: () => Promise.reject(new Error('It was restarted.')) },
    warn: (text) => warned.push(text),
    lost: () => {
      looks += 1
      return slotLoss(client, connector, line.config)
    },
  })
  await waitFor('several looks', () => looks > 5)
  ending.abort()
  await over
  return warned
}

test('while the database is closed the pipeline reports that nothing is captured, regardless of Kafka Connect', async () => {
  await toAgree()
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(pipeline.log)?.[0] ?? ''
  const isReady = async (): Promise<boolean> => (await fetch(`${url}/readyz`)).ok
  await waitFor('the pipeline to be ready', isReady, 60_000)
  await line.stack.kill('postgres')
  await waitFor('the pipeline not to be ready', async () => !(await isReady()), 120_000)
  const { capture } = (await (await fetch(`${url}/readyz`)).json()) as {
    readonly capture: readonly string[]
  }
  expect(capture).toEqual([
    expect.stringMatching(/^nothing has been captured by monolith for \d+ s/),
  ])
  expect(await pipeline.counted('facts_capture_silence_seconds')).toBeGreaterThan(14)
  await expect(checkPipeline(url)).resolves.toContainEqual(
    expect.objectContaining({ name: 'capture', status: 'fail' }),
  )
  await line.stack.startAgain('postgres')
  await waitFor('the pipeline to be ready again', isReady, 120_000)
  await write(`UPDATE wildapp_primary SET title = 'open again'`)
  await toAgree()
})
