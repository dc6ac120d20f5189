import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { factsCommand } from '../../src/cli/facts-command'
import { packageRoot } from '../../src/package-root'

interface Ended {
  readonly code: number
  readonly out: string
}

const FACTS = join(packageRoot(), 'bin', 'facts.cjs')

const node = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { env: { ...process.env, NO_COLOR: '1', ...env } }
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: stdout + stderr })
    })
  })

/** `facts` as its own process, as users run it. */
const facts = (args: readonly string[]): Promise<Ended> => node([FACTS, ...args])

/** `facts` in this process, which is what takes no second to start. */
const run = (...args: readonly string[]): Promise<unknown> =>
  factsCommand(args[0]).parseAsync(['node', 'facts', ...args])

const preload = (file: string): string => join(packageRoot(), 'test', 'support', file)

jest.setTimeout(120_000)

test.each(factsCommand().commands.map((command) => [command.name(), command] as const))(
  'facts %s --help explains the verb and its subcommands, without colours',
  (_, command) => {
    for (const one of [command, ...command.commands]) {
      expect(one.description()).not.toBe('')
      expect(one.helpInformation()).toContain('Usage:')
      expect(one.helpInformation()).not.toContain('\u001b[')
    }
  },
)

test('facts <verb> --help prints the help of the verb and ends well', async () => {
  const { code, out } = await facts(['pipeline', '--help'])
  expect(code).toBe(0)
  expect(out).toContain('Usage: facts pipeline')
  expect(out).not.toContain('\u001b[')
})

test('facts alone names every verb', () => {
  const help = factsCommand().helpInformation()
  for (const command of factsCommand().commands) expect(help).toContain(`  ${command.name()} `)
})

test('a verb that does not exist is refused with the one that may be meant', async () => {
  let said = ''
  const command = factsCommand('folow')
    .exitOverride()
    .configureOutput({ writeErr: (text) => (said += text) })
  await expect(command.parseAsync(['node', 'facts', 'folow'])).rejects.toMatchObject({
    exitCode: 1,
  })
  expect(said).toContain('Did you mean follow?')
})

test('facts follow starts without the packages that other verbs need', async () => {
  const { out } = await node(['--require', preload('print-loaded.cjs'), FACTS, 'follow', '--help'])
  expect(out).toContain('Usage: facts follow')
  expect(out).toContain('/src/client/')
  expect(out).not.toMatch(/node_modules\/(kafkajs|lmdb|@marcbachmann|protobufjs|drizzle-orm|tar)\//)
})

test('an unknown configuration variable ends the pipeline with the names that are known', async () => {
  process.env['FACTS_KAFKA_BROKER'] = 'localhost:9092'
  try {
    await expect(run('pipeline')).rejects.toThrow(
      /Unknown environment variable FACTS_KAFKA_BROKER\. Known: .*FACTS_KAFKA_BROKERS/,
    )
  } finally {
    delete process.env['FACTS_KAFKA_BROKER']
  }
})

test('a value that does not fit ends the pipeline and names the key', async () => {
  const { code, out } = await facts(['pipeline', '--workers', 'many'])
  expect(code).toBe(1)
  expect(out).toContain('pipeline.workers')
})

test('a cluster that is not there ends the pipeline with an error that says so', async () => {
  const { code, out } = await node(
    ['--require', preload('fast-clock.cjs'), FACTS, 'pipeline', '--http-port', '0'],
    { FACTS_KAFKA_BROKERS: '127.0.0.1:1' },
  )
  expect(code).toBe(1)
  expect(out).toContain('BROKER_UNAVAILABLE')
})
