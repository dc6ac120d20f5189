import type { WrittenFacts } from '../fact-writer'

/** A server of event streams that is being measured. */
export interface RunningServer {
  readonly pid: number
  readonly port: number
  /** Path of the event stream. */
  readonly path: string
  /** Emits events at this rate for this many seconds. */
  readonly emit: (perSecond: number, seconds: number) => Promise<WrittenFacts>
  /** Ends it; returns when each fact began its hop: CLOCK_MONOTONIC in microseconds, by number. */
  readonly stop: () => Promise<ReadonlyMap<number, number>>
}

export interface ServerKind {
  readonly name: string
  readonly start: () => Promise<RunningServer>
}
