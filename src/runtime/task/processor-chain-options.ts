import type { Metrics } from '../../telemetry'
import type { Source, Topology } from '../../topology/topology'
import type { BatchLimits } from '../commit/batch-limits'
import type { Broadcaster } from '../dead-letters/broadcaster'
import type { CircuitBreaker } from '../dead-letters/circuit-breaker'
import type { KeyParking } from '../dead-letters/key-parking'
import type { GlobalTables } from '../state/global-tables'
import type { TaskStores } from '../state/task-stores'
import type { TopicLayout } from '../topics/topic-layout'
import type { Attempts } from './attempts'

export interface ProcessorChainOptions {
  readonly source: Source
  readonly task: string
  readonly topology: Topology
  readonly layout: TopicLayout
  readonly limits: BatchLimits
  readonly tables: GlobalTables
  readonly stores: TaskStores
  readonly metrics: Metrics
  readonly attempts: Attempts
  readonly parking: KeyParking
  readonly breaker: CircuitBreaker
  readonly broadcaster: Broadcaster
  /** Gives others their turn, at the record with this offset. Throws when the task is lost. */
  readonly turn: (offset: bigint) => Promise<void>
}
