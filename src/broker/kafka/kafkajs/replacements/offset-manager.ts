import OriginalOffsetManager from 'kafkajs/src/consumer/offsetManager'
import { KafkaJSNonRetriableError } from 'kafkajs/src/errors'

/**
 * Stands for consumer/offsetManager/index.js. When a committed offset is no longer in the log, KafkaJS commits the
 * beginning of the partition for the group, also with `autoCommit: false`, and goes on: whatever was between is skipped
 * without a word, and nobody can tell afterwards. Here the consumer stops instead.
 */
class OffsetManager extends OriginalOffsetManager {
  override setDefaultOffset({
    topic,
    partition,
  }: {
    readonly topic: string
    readonly partition: number
  }): Promise<void> {
    const error = new KafkaJSNonRetriableError(
      `The offset that the group stands at is not in partition ${partition} of ${topic}: its records were deleted before they were read, or the topic was recreated`,
    )
    return Promise.reject(Object.assign(error, { type: 'OFFSET_OUT_OF_RANGE' }))
  }
}

export = OffsetManager
