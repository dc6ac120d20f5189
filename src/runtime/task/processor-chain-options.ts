import type { Metrics } from '../../telemetry'
import type { Source, Topology } from '../../topology/topology'
import type { BatchLimits } from '../commit/batch-limits'
import type { GlobalTables } from '../state/global-tables'
import type { TaskStores } from '../state/task-stores'
import type { TopicLayout } from '../topics/topic-layout'

export interface ProcessorChainOptions {
  readonly applicationId: string
  readonly source: Source
  readonly task: string
  readonly topology: Topology
  readonly layout: TopicLayout
  readonly limits: BatchLimits
  readonly tables: GlobalTables
  readonly stores: TaskStores
  readonly metrics: Metrics
  /** See CircuitBreaker; never when it is left out. */
  readonly badRecordsToStop?: number | undefined
  /** Where each partition of the input ends now. */
  readonly inputEnds: () => Promise<ReadonlyMap<number, bigint>>
  /**
   * Called after each turn that others had, with the record at hand and how many of its steps are done. Throws when the task
   * was lost meanwhile.
   */
  readonly onTurn?: ((offset: bigint, steps: number) => void) | undefined
}
