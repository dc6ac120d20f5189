import { fetchEnds } from './fetch-ends'
import type { KafkaCluster } from '../client/kafka-cluster'
import type { PartitionEnds } from './positions'

/** Asks for the ends of topics. Callers that come while a question is under way share the next one. */
export class EndOffsets {
  /** Fulfilled when the question under way has been answered, well or not. */
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
   * Last stable offsets, as of a moment after the call. A question that was sent before cannot answer for what happened
   * since, so callers share the one behind it; the first waits a turn for those that come with the same fetch.
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
