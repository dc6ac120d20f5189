import { Command, InvalidArgumentError, Option } from 'commander'
import { loadApp } from '../app/load-app'
import { appFile } from '../config/app-file'
import { describeError } from '../errors'
import { PORT_NAMES } from '../dev-stack/ports/ports'
import type { PortName } from '../dev-stack/ports/ports'
import { stackStatus, stopStack } from '../dev-stack/running-stack'
import type { Stack, StackEndpoints } from '../dev-stack/stack'
import { SERVICES } from '../dev-stack/service/stack-event'
import type { ServiceName } from '../dev-stack/service/stack-event'
import { startStack } from '../dev-stack/start-stack'
import { stackReporter } from './stack-reporter'

interface StackFlags {
  readonly fresh?: boolean
  readonly only?: readonly ServiceName[]
  readonly port?: Readonly<Partial<Record<PortName, number>>>
}

/** `facts stack`: the embedded stack in the foreground; `stop` and `status` from another terminal. */
export function stackCommand(): Command {
  const command = new Command('stack')
    .description(
      'Run PostgreSQL, Kafka, Kafka Connect with Debezium and a schema registry on this machine, without Docker. Ctrl-C stops them.',
    )
    .option('--fresh', 'start empty: remove the data of an earlier run')
    .addOption(
      new Option(
        '--only <services>',
        `a comma-separated choice of ${SERVICES.join(', ')}`,
      ).argParser(services),
    )
    .addOption(
      new Option(
        '--port <name=port>',
        `insist on a port (may be repeated); names: ${PORT_NAMES.join(', ')}. Without it, the usual port or a free one`,
      ).argParser(port),
    )
    .addHelpText(
      'after',
      "\nData, logs and endpoints are kept in .facts (FACTS_HOME), downloads in the user's cache folder (FACTS_CACHE). FACTS_MAVEN_REPOSITORY names a mirror to download from.",
    )
    .action(async (flags: StackFlags) => {
      process.exitCode = await run(flags)
    })
  command
    .command('stop')
    .description(
      'Stop the stack that runs in another terminal, or the leftover services of a killed one.',
    )
    .action(async () => {
      const found = await stopStack()
      console.log(found === 'none' ? 'No stack is running.' : 'The stack is stopped.')
    })
  command
    .command('status')
    .description('Print whether a stack runs and where. Exits 3 when none does.')
    .action(() => {
      process.exitCode = printStatus()
    })
  return command
}

async function run({ fresh, only, port: ports }: StackFlags): Promise<number> {
  const reporter = stackReporter()
  const interrupt = new AbortController()
  const interrupted = new Promise<void>((resolve) => {
    const onSignal = (): void => {
      // A second Ctrl-C exits immediately; the stack's guard ends the services.
      if (interrupt.signal.aborted) process.exit(130)
      interrupt.abort(new Error('interrupted'))
      resolve()
    }
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal)
  })
  let stack: Stack
  try {
    const application = appFile() === undefined ? {} : { application: (await loadApp()).name }
    stack = await startStack({
      ...application,
      onEvent: reporter.onEvent,
      signal: interrupt.signal,
      ...(fresh === undefined ? {} : { fresh }),
      ...(only === undefined ? {} : { services: only }),
      ...(ports === undefined ? {} : { ports }),
    })
  } catch (error) {
    reporter.close()
    if (interrupt.signal.aborted) return 130
    console.error(describeError(error))
    return 1
  }
  console.log(`\n${describeEndpoints(stack.endpoints)}\nLogs        ${stack.home}/logs`)
  console.log('\nThe stack is running. Ctrl-C stops it.')
  const failure = await Promise.race([interrupted, stack.failure])
  if (failure !== undefined) console.error(describeError(failure))
  await stack.stop()
  return failure === undefined ? 0 : 1
}

function printStatus(): number {
  const { home, state, owner, services: alive, endpoints } = stackStatus()
  if (state === 'none') {
    console.log(`No stack is running on ${home}.`)
    return 3
  }
  if (state === 'leftovers') {
    console.log(
      `A stack on ${home} was killed and its services still run; "facts stack stop" ends them.`,
    )
  } else {
    const starting = endpoints === undefined ? ' It is still starting.' : ''
    console.log(`A stack is running on ${home}, in process ${owner ?? 0}.${starting}`)
  }
  for (const [name, { pid }] of Object.entries(alive))
    console.log(`  ${name.padEnd(9)} process ${pid}`)
  if (endpoints !== undefined) console.log(`\n${describeEndpoints(endpoints)}`)
  return 0
}

/** One line per service. The database's password is the local stack's well-known one, not a secret. */
function describeEndpoints(endpoints: StackEndpoints): string {
  const { database, kafka, connect, registry } = endpoints
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['PostgreSQL', database?.url],
    ['Kafka', kafka?.brokers.join(',')],
    ['Connect', connect?.url],
    ['Registry', registry?.url],
  ]
  return lines
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.padEnd(11)} ${value ?? ''}`)
    .join('\n')
}

function services(value: string): readonly ServiceName[] {
  return value.split(',').map((text) => {
    const name = SERVICES.find((known) => known === text.trim())
    if (name === undefined)
      throw new InvalidArgumentError(`Known services: ${SERVICES.join(', ')}.`)
    return name
  })
}

function port(
  value: string,
  before: Readonly<Partial<Record<PortName, number>>> = {},
): Readonly<Partial<Record<PortName, number>>> {
  const [left = '', right = ''] = value.split('=')
  const name = PORT_NAMES.find((known) => known === left)
  const number = Number(right)
  if (name === undefined || !Number.isInteger(number) || number < 1 || number > 65_535) {
    throw new InvalidArgumentError(
      `Write it as name=port, for example postgres=5432; names: ${PORT_NAMES.join(', ')}.`,
    )
  }
  return { ...before, [name]: number }
}
