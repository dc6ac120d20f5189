import type { Log } from '../log/log'
import type { Logger, Metrics } from '../telemetry'
import type { Source, Topology } from '../topology/topology'
import type { BatchLimits } from './batch-limits'
import type { GlobalTables } from './global-tables'
import type { StateBackend } from './state/state-backend'
import type { TopicLayout } from './topic-layout'

export interface TaskOptions {
  readonly applicationId: string
  readonly source: Source
  readonly partition: number
  readonly topology: Topology
  readonly layout: TopicLayout
  readonly limits: BatchLimits
  readonly log: Log
  readonly tables: GlobalTables
  readonly state: StateBackend
  readonly logger: Logger
  readonly metrics: Metrics
  /** See CircuitBreaker; never when it is left out. */
  readonly badRecordsToStop?: number | undefined
}
