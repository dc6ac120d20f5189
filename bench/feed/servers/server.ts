import type { WrittenFacts } from '../fact-writer'

/** A server of event streams that is being measured. */
export interface RunningServer {
  readonly pid: number
  readonly port: number
  /** Of the stream. */
  readonly path: string
  /** Has events come at a rate for so long. */
  readonly emit: (perSecond: number, seconds: number) => Promise<WrittenFacts>
  /** Ends it, and tells when each fact stood at the beginning of its hop: CLOCK_MONOTONIC in microseconds, by number. */
  readonly stop: () => Promise<ReadonlyMap<number, number>>
}

export interface ServerKind {
  readonly name: string
  readonly start: () => Promise<RunningServer>
}
