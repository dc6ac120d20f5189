import type Cluster from 'kafkajs/src/cluster'
import type { PartitionEnds } from './positions'

/** Asks for the ends of topics. Callers that come while a question is under way share the next one. */
export class EndOffsets {
  private current: Promise<PartitionEnds> | undefined
  private next: Promise<PartitionEnds> | undefined

  constructor(
    private readonly cluster: Cluster,
    private readonly topics: readonly string[],
  ) {}

  async connect(): Promise<void> {
    await this.cluster.connect()
    await this.cluster.addMultipleTargetTopics(this.topics)
  }

  disconnect(): Promise<void> {
    return this.cluster.disconnect()
  }

  earliest(): Promise<PartitionEnds> {
    return this.ask(true)
  }

  /**
   * Last stable offsets, as of a moment after the call: a question that was sent before cannot answer for what
   * happened since, so the caller waits for it and shares the one behind it.
   */
  latest(): Promise<PartitionEnds> {
    if (this.current === undefined) return this.track(this.ask(false))
    this.next ??= this.current
      .catch(() => undefined)
      .then(() => {
        this.next = undefined
        return this.track(this.ask(false))
      })
    return this.next
  }

  private track(question: Promise<PartitionEnds>): Promise<PartitionEnds> {
    this.current = question
    const done = (): void => {
      if (this.current === question) this.current = undefined
    }
    question.then(done, done)
    return question
  }

  private async ask(fromBeginning: boolean): Promise<PartitionEnds> {
    await this.cluster.refreshMetadataIfNecessary()
    const answers = await this.cluster.fetchTopicsOffset(
      this.topics.map((topic) => ({
        topic,
        partitions: this.cluster
          .findTopicPartitionMetadata(topic)
          .map(({ partitionId }) => ({ partition: partitionId })),
        fromBeginning,
      })),
    )
    return new Map(
      answers.map(({ topic, partitions }) => [
        topic,
        new Map(partitions.map(({ partition, offset }) => [partition, BigInt(offset)])),
      ]),
    )
  }
}
