import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root'
import { PipelineProcess } from '../support/pipeline-process'
import { FACTS, RunningLine } from '../support/running-line'
import type { Access } from '../support/secure-listeners'
import { SecureListeners, USER } from '../support/secure-listeners'
import { waitFor } from '../support/wait-for'

/* The whole line with nothing in the open: Connect with a password, pipelines with a password or a certificate. */
const ROWS = 50

let kafka: SecureListeners
let line: RunningLine

jest.setTimeout(120_000)

beforeAll(async () => {
  kafka = await SecureListeners.prepare()
  const { ports, settings } = kafka.options
  const client = Object.entries(kafka.javaClient())
  // The settings of the worker do not apply to its connectors' producers.
  const prefixed = ['', 'producer.'].flatMap((prefix) =>
    client.map(([name, value]) => [`${prefix}${name}`, value]),
  )
  const connect = { ...Object.fromEntries(prefixed), 'bootstrap.servers': kafka.at('sasl') }
  line = await RunningLine.start({ ports, settings: { ...settings, connect } })
  await kafka.setPassword('SCRAM-SHA-512')
}, 240_000)

afterAll(async () => {
  await line.stop()
  await kafka.remove()
}, 60_000)

const environment = (access: Access): Record<string, string> => ({
  FACTS_HOME: line.stack.home,
  NO_COLOR: '1',
  ...Object.fromEntries(Object.entries(access).map(([key, it]) => [`FACTS_KAFKA_${key}`, it])),
})

function facts(access: Access, ...args: readonly string[]): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(packageRoot(), 'bin', 'facts.cjs'), ...args],
      { env: { ...process.env, ...environment(access) } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), out: stdout + stderr }),
    )
  })
}

const ways: readonly (readonly [string, () => Access])[] = [
  ['a password', () => kafka.scram()],
  ['a certificate', () => kafka.mutual()],
]

test.each(ways)('rows become facts in a pipeline with %s', async (_, access) => {
  const before = await line.end(FACTS)
  const pipeline = line.pipeline(environment(access()), ['--workers', '2'])
  await pipeline.ready()
  await line.seed(ROWS)
  await waitFor('the facts', async () => (await line.end(FACTS)) >= before + BigInt(ROWS), 120_000)
  await line.endPipelines()
  expect(pipeline.log).not.toContain(USER.password)
})

test.each([[[]], [['--workers', '2']]])(
  'a pipeline with a wrong password ends at once with what to do (%j)',
  async (flags) => {
    const wrong = 'a wrong password'
    const began = Date.now()
    const pipeline = new PipelineProcess(
      line.stack.home,
      { ...environment(kafka.scram({ PASSWORD: wrong })), FACTS_LOG_LEVEL: 'trace' },
      flags,
    )
    expect(await pipeline.exit()).toBe(1)
    expect(Date.now() - began).toBeLessThan(20_000)
    expect(pipeline.log).toMatch(/Check kafka\.username and kafka\.password.*NOT_AUTHENTICATED/)
    expect(pipeline.log).not.toContain(wrong)
  },
)

test('a file that is not there ends the pipeline before it connects', async () => {
  const { code, out } = await facts(kafka.scram({ CA_FILE: '/nonexistent/ca.pem' }), 'pipeline')
  expect(code).toBe(1)
  expect(out).toMatch(/kafka\.caFile .*\/nonexistent\/ca\.pem cannot be read.*CONFIG_INVALID/)
})

describe('facts doctor says how it is with Kafka:', () => {
  const cases: readonly (readonly [string, () => Access, RegExp])[] = [
    ['let in', () => kafka.scram(), /ok {4}kafka: broker localhost:\d+/],
    [
      'a wrong password',
      () => kafka.scram({ PASSWORD: 'a wrong password' }),
      /fail {2}kafka: .*invalid credentials.*\n +do: Check kafka\.username/,
    ],
    [
      'an authority that is not trusted',
      () => kafka.scram({ CA_FILE: kafka.files.otherCa }),
      /fail {2}kafka: .*certificate.*\n +do: Set kafka\.caFile/,
    ],
    [
      'a certificate that has expired',
      () => kafka.mutual({ BROKERS: kafka.at('expired') }),
      /fail {2}kafka: .*expired.*\n +do: Renew the certificate/,
    ],
    [
      'no TLS where it is spoken',
      () => ({ BROKERS: kafka.at('mutual') }),
      /fail {2}kafka: .*requires TLS.*\n +do: Set kafka\.tls to true/,
    ],
    [
      'TLS where none is spoken',
      () => ({ BROKERS: kafka.at('plaintext'), TLS: 'true' }),
      /fail {2}kafka: .*set kafka\.tls to false/,
    ],
  ]
  test.each(cases)('%s', async (_, access, finding) => {
    const { out } = await facts(access(), 'doctor')
    expect(out).toMatch(finding)
    expect(out).not.toMatch(/a wrong password|correct horse/)
  })
})
