import type { AppConfig } from '../app/app-config'
import type { Log } from '../broker/ports'
import { DeadLetterQueue } from '../runtime/dead-letters/dead-letter-queue'
import { createLogger } from '../telemetry'
import { kafkaLog } from './kafka'
import { factsTopology } from './topology'

/** The dead letters of the configured application; `close` ends its connections. */
export function deadLetterQueue(config: AppConfig): {
  readonly queue: DeadLetterQueue
  readonly close: () => Promise<void>
} {
  const log = kafkaLog(config, createLogger(config.log))
  return { queue: queueOn(log, config), close: () => log.close() }
}

/** The same, on a log that is open. */
export function queueOn(log: Log, config: AppConfig): DeadLetterQueue {
  const { applicationId } = config.pipeline
  return new DeadLetterQueue({ log, topology: factsTopology(config), applicationId })
}
