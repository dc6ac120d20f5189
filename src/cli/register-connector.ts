import { Command, InvalidArgumentError, Option } from 'commander'
import { declaredTables } from '../compose/topology'
import { appConfig } from '../app/app-config'
import { registerConnector } from '../connector/register-connector'

interface Flags {
  readonly file?: string
  /** Seconds. */
  readonly timeout: number
  readonly resume?: boolean
}

/** `facts register-connector`: creates or updates the Debezium connector and waits until it runs. */
export function registerConnectorCommand(): Command {
  return new Command('register-connector')
    .description(
      'Create or update the Debezium connector and wait until it runs; safe to run again',
    )
    .option('--file <path>', 'connector file; default: the one of the application')
    .addOption(
      new Option('--timeout <seconds>', 'time limit in seconds').argParser(seconds).default(60),
    )
    .option('--resume', 'resume a connector that was stopped or paused')
    .addHelpText(
      'after',
      `
In the file, \${DATABASE_HOST}, \${DATABASE_PORT}, \${DATABASE_NAME}, \${TOPIC_PARTITIONS} and \${TOPIC_REPLICATION_FACTOR}
are replaced by our configuration, \${CAPTURED_TABLES} (what is published, referred tables first) and \${EXCLUDED_COLUMNS}
(undeclared columns whose values may stop Debezium) from the database's catalog; \${env:NAME} is resolved by the Connect worker, from its environment.`,
    )
    .action(async ({ file, timeout, resume = false }: Flags) => {
      const say = (line: string): void => void process.stdout.write(`${line}\n`)
      const config = await appConfig()
      await registerConnector({
        config,
        declared: declaredTables(config),
        ...(file === undefined ? {} : { file }),
        timeout: timeout * 1000,
        resume,
        onProgress: say,
      })
    })
}

function seconds(value: string): number {
  const number = Number(value)
  if (!(number > 0 && number <= 86_400)) {
    throw new InvalidArgumentError('Expected seconds, above 0.')
  }
  return number
}
