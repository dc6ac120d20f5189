import type { OnStack } from './on-stack'
import type { BenchOptions } from './options'

export interface BenchmarkContext extends OnStack {
  readonly options: BenchOptions
}
