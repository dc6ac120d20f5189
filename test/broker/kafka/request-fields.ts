import { FlexibleReader } from '../../../src/broker/kafka/requests/flexible'

export interface ProduceFields {
  readonly batches: readonly {
    readonly topic: string
    readonly partition: number
    readonly producerEpoch: number
    readonly firstSequence: number
    readonly count: number
  }[]
}

/** What a fake broker looks at in a request of the second version of transactions. */
export function readFields(apiName: string, bytes: Buffer): unknown {
  if (apiName === 'Produce') return readProduce(bytes)
  const reader = new FlexibleReader(bytes)
  reader.tags()
  const transactionalId = reader.compactString()
  const groupId = apiName === 'TxnOffsetCommit' ? reader.compactString() : undefined
  const producerId = reader.int64().toString()
  const producerEpoch = reader.int16()
  const isCommitted = apiName === 'EndTxn' ? reader.int8() === 1 : undefined
  return { transactionalId, groupId, producerId, producerEpoch, isCommitted }
}

/** Of record batches of less than 16 KiB: see https://kafka.apache.org/documentation/#recordbatch for the offsets. */
function readProduce(bytes: Buffer): ProduceFields {
  const reader = new BatchReader(bytes)
  reader.tags()
  reader.compactString()
  reader.int16()
  reader.int32()
  const topics = reader.compactArray(() => {
    const topic = reader.compactString() ?? ''
    const partitions = reader.compactArray(() => {
      const partition = reader.int32()
      const batch = reader.compactBytes()
      reader.tags()
      return {
        topic,
        partition,
        producerEpoch: batch.readInt16BE(51),
        firstSequence: batch.readInt32BE(53),
        count: batch.readInt32BE(57),
      }
    })
    reader.tags()
    return partitions
  })
  return { batches: topics.flat() }
}

class BatchReader extends FlexibleReader {
  /** An array of single bytes. */
  compactBytes(): Buffer {
    return Buffer.from(this.compactArray(() => this.int8() & 0xff))
  }
}
