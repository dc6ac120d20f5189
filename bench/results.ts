import type { DatabaseResult } from './database/measure-database'
import type { EqualityResult } from './equality/compare-outputs'
import type { Input } from './input/produce-input'
import type { Machine } from './machine'
import type { LatencyResult } from './measure/latency'
import type { ThroughputResult } from './measure/throughput'

/** Everything that one run of the benchmark has measured, as it is kept in bench/results. */
export interface Results {
  /** ISO 8601. */
  readonly measuredAt: string
  readonly machine: Machine
  readonly input: Input
  readonly rounds: number
  /** Seconds of each latency measurement. */
  readonly latencySeconds: number
  /** In the order of running. */
  readonly throughput: readonly ThroughputResult[]
  readonly latency: readonly LatencyResult[]
  readonly equality?: EqualityResult
  readonly database?: DatabaseResult
}
