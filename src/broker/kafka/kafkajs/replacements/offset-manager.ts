import OriginalOffsetManager from 'kafkajs/src/consumer/offsetManager'
import { KafkaJSNonRetriableError } from 'kafkajs/src/errors'

/**
 * Replaces consumer/offsetManager/index.js. When a committed offset is out of range, KafkaJS commits the first offset of the
 * partition for the group, also with `autoCommit: false`, and continues: the records in between are skipped silently. Here the
 * consumer stops instead.
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
      `The group's committed offset is not in partition ${partition} of ${topic}: records were deleted before they were read, or the topic was recreated`,
    )
    return Promise.reject(Object.assign(error, { type: 'OFFSET_OUT_OF_RANGE' }))
  }
}

export = OffsetManager
