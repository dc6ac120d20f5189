import { sampleConfig } from '../support/sample-config'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { provision } from '../../src/compose/provision'
import { connectorStatus } from '../../src/connector/connector-status'
import { registerConnector } from '../../src/connector/register-connector'
import { decodedPrimary } from '../support/decoded-primary'
import { kafkaTools } from '../support/kafka-tools'
import { DEAD_LETTERS, FACTS, RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'

/*
 * Rows up to the configured size become facts; a larger one stops the connector with a message, and what
 * connectors/README.md says to do about it helps.
 */
jest.setTimeout(240_000)

let line: RunningLine
let client: Client

beforeAll(async () => {
  line = await RunningLine.start()
  client = new Client({ connectionString: line.config.database.url })
  await client.connect()
  await line.seed(5)
  await line.pipeline().ready()
})
afterAll(async () => {
  await client.end()
  await line.stop()
})

/** Gives one of the rows a text of so many bytes. */
async function write(bytes: number): Promise<void> {
  await client.query(
    `UPDATE wildapp_primary SET notes = repeat('x', $1) WHERE id = (SELECT min(id) FROM wildapp_primary)`,
    [bytes],
  )
}

async function hasFact(bytes: number): Promise<boolean> {
  const facts = await line.read(FACTS)
  return facts.some((record) => decodedPrimary(record).notes?.length === bytes)
}

test('a row of 8 MB becomes a fact', async () => {
  await write(8_000_000)
  await waitFor('the fact', () => hasFact(8_000_000), 60_000)
  expect(await line.read(DEAD_LETTERS)).toEqual([])
})

test('a row that is too large stops the connector, and is captured once the limit is raised as described', async () => {
  await write(18_000_000)
  const trace = await waitFor(
    'the failure',
    async () => (await connectorStatus(line.config, 'monolith')).trace,
    60_000,
  )
  expect(trace).toContain('RecordTooLargeException')
  const env = { FACTS_TOPICS_MAX_MESSAGE_BYTES: '40000000' }
  const raised = sampleConfig({ env: { FACTS_HOME: line.stack.home, ...env } })
  const said: string[] = []
  await provision(raised, (text) => said.push(text))
  const commands = said.flatMap((text) => text.split('kafka-configs.sh ')[1] ?? [])
  expect(commands.length).toBeGreaterThan(5)
  const { java, classPath } = await kafkaTools()
  // Of the topics that the row passes; each command starts a JVM.
  const passed = commands.filter((command) => /primary/.test(command))
  const run = (command: string): Promise<unknown> =>
    promisify(execFile)(java, [
      '-cp',
      classPath,
      'kafka.admin.ConfigCommand',
      ...command.split(' '),
    ])
  await Promise.all(passed.map(run))
  await line.endPipelines()
  await registerConnector({ config: raised })
  await line.pipeline(env).ready()
  await waitFor('the fact', () => hasFact(18_000_000), 90_000)
  expect(await line.read(DEAD_LETTERS)).toEqual([])
})
