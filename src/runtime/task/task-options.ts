import type { Log } from '../../broker/ports'
import type { Logger, Metrics } from '../../telemetry'
import type { Source, Topology } from '../../topology/topology'
import type { BatchLimits } from '../commit/batch-limits'
import type { GlobalTables } from '../state/global-tables'
import type { StateBackend } from '../state/state-backend'
import type { TopicLayout } from '../topics/topic-layout'

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
  /** See CircuitBreaker; default: never. */
  readonly badRecordsToStop?: number | undefined
}
