import { Command } from 'commander'
import { declaredTables } from '../compose/topology'
import { appConfig } from '../app/app-config'
import { connectClient } from '../connector/connect-client'
import { connectorFile, readConnectorFile } from '../connector/connector-file'
import { refreshConnector } from '../connector/refresh-connector'
import type { SlotLoss } from '../connector/slot-loss'
import { slotLoss } from '../connector/slot-loss'
import { supervise } from '../connector/supervise'
import { createLogger } from '../telemetry'
import { stopSignal } from './run/stop-signal'

/** `facts supervise`: restarts the connector's failed tasks. */
export function superviseCommand(): Command {
  return new Command('supervise')
    .description(
      'Watch the connector and restart its failed tasks, with increasing delays; exits with the trace when that does not help. Excludes new columns that would stop it. Runs beside the pipeline.',
    )
    .option('--file <path>', 'connector file; default: the one of the application')
    .action(async ({ file }: { readonly file?: string }) => {
      const config = await appConfig()
      const logger = createLogger(config.log)
      const connector = readConnectorFile(file ?? connectorFile(config.app), config)
      const ending = new AbortController()
      const signal = stopSignal({ say: (line) => logger.fatal(line) })
      void signal.stopped.then(() => ending.abort())
      try {
        const client = connectClient(config.connect)
        const say = (line: string): void => logger.info(line)
        const warn = (line: string): void => logger.warn(line)
        const lost = (): Promise<SlotLoss | undefined> => slotLoss(client, connector, config)
        const refresh = (): Promise<readonly string[]> =>
          refreshConnector({ client, connector, config, declared: declaredTables(config) })
        const { name } = connector
        await supervise({ client, name, signal: ending.signal, say, warn, lost, refresh })
      } finally {
        signal.release()
      }
    })
}
