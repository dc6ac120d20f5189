import type { AppConfig } from '../app/app-config'
import { rowStore } from '../fact/compile/compile'
import type { Difference, ResyncOptions, SourceTable } from '../observe/resync/resync'
import { compareWithTable } from '../observe/resync/resync'
import { handOver } from '../runtime/dead-letters/hand-over'
import { createLogger } from '../telemetry'
import { changelogTopic } from '../topology/internal-topics'
import type { LogRecord } from '../topology/record'
import { queueOn } from './dead-letters'
import { kafkaLog } from './kafka'

/** One fact and its table, to be compared. */
export interface Resyncing {
  /** Name of the fact. */
  readonly name: string
  /** Topic that the table is captured to. */
  readonly topic: string
  readonly keyColumns: readonly string[]
  readonly compare: (
    source: SourceTable,
    onProgress: NonNullable<ResyncOptions['onProgress']>,
  ) => Promise<Difference>
  /** Sends the rows that the table does not have to the pipeline, to be removed. */
  readonly remove: (absent: readonly LogRecord[]) => Promise<void>
}

export function resyncing(config: AppConfig): {
  readonly parts: readonly Resyncing[]
  /** Number of parked keys. */
  readonly waiting: () => Promise<number>
  readonly close: () => Promise<void>
} {
  const log = kafkaLog(config, createLogger(config.log))
  const { applicationId } = config.pipeline
  const queue = queueOn(log, config)
  const parts = config.app.facts.map((fact): Resyncing => {
    const { name, from } = fact
    const changelog = changelogTopic(applicationId, rowStore(fact))
    return {
      name,
      topic: from.topic,
      keyColumns: from.keyColumns,
      compare: (source, onProgress) =>
        compareWithTable({ log, fact, changelog, source, onProgress }),
      remove: (absent) => handOver(log, applicationId, name, absent),
    }
  })
  return { parts, waiting: () => queue.count(), close: () => log.close() }
}
