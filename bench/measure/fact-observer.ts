import type { KafkaClientOptions } from '../../src/broker/kafka/client/kafka-client'
import { KafkaReader } from '../../src/broker/kafka/read/kafka-reader'
import { wallMicros } from './wall-clock'

export interface SeenFact {
  /** When the source committed the change, microseconds since the epoch: the fact's ce_time. */
  readonly committedAt: number
  /** When it reached this process. */
  readonly seenAt: number
}

/** A committed reader of a facts topic that notes when each fact becomes visible. */
export class FactObserver {
  private readonly reader: KafkaReader
  readonly seen: SeenFact[] = []

  constructor(client: KafkaClientOptions, topic: string) {
    this.reader = new KafkaReader(client, [topic])
  }

  /** Resolves when every fact that is committed from now on will be seen. */
  start(): Promise<void> {
    return this.reader.start((records) => {
      const seenAt = wallMicros()
      for (const { headers } of records) {
        this.seen.push({ committedAt: microsOf(String(headers['ce_time'])), seenAt })
      }
    }, 'latest')
  }

  stop(): Promise<void> {
    return this.reader.stop()
  }

  /** Facts of changes that were committed since then. */
  countSince(from: number): number {
    return this.seen.reduce((count, fact) => (fact.committedAt >= from ? count + 1 : count), 0)
  }

  /** Milliseconds from commit to visible of facts that were committed in the window. */
  latencies(from: number, to: number): readonly number[] {
    return this.seen
      .filter(({ committedAt }) => committedAt >= from && committedAt < to)
      .map(({ committedAt, seenAt }) => (seenAt - committedAt) / 1_000)
  }
}

/** `2026-01-02T03:04:05.678901Z` as microseconds since the epoch. */
function microsOf(time: string): number {
  return Date.parse(`${time.slice(0, 19)}Z`) * 1_000 + Number(time.slice(20, 26))
}
