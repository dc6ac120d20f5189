import { fetchEnds } from './fetch-ends'
import type { KafkaCluster } from '../client/kafka-cluster'
import type { PartitionEnds } from './read-positions'

/** Fetches the end offsets of topics. Callers during a request share the next one. */
export class EndOffsets {
  /** Fulfilled when the current request has succeeded or failed. */
  private current: Promise<void> | undefined
  private next: Promise<PartitionEnds> | undefined

  constructor(
    private readonly cluster: KafkaCluster,
    private readonly topics: readonly string[],
  ) {}

  connect(): Promise<void> {
    return this.cluster.connect()
  }

  disconnect(): Promise<void> {
    return this.cluster.disconnect()
  }

  earliest(): Promise<PartitionEnds> {
    return this.ask(true)
  }

  /**
   * Last stable offsets, as of a time after the call. A request that was sent before does not reflect later records, so callers
   * share the next one; the first waits one turn of the event loop for those that come with the same fetch.
   */
  latest(): Promise<PartitionEnds> {
    this.next ??= (this.current ?? new Promise<void>((resolve) => setImmediate(resolve))).then(
      () => {
        this.next = undefined
        const answer = this.ask(false)
        const done = answer.then(
          () => undefined,
          () => undefined,
        )
        this.current = done
        void done.then(() => {
          if (this.current === done) this.current = undefined
        })
        return answer
      },
    )
    return this.next
  }

  private ask(fromBeginning: boolean): Promise<PartitionEnds> {
    return fetchEnds(this.cluster, this.topics, fromBeginning)
  }
}
