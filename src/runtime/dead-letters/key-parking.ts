import type { FactsError } from '../../errors'
import { changelogTopic, parkedStore } from '../../topology/internal-topics'
import { partitionFor } from '../../topology/partitioner'
import type { OutputRecord } from '../../topology/record'
import type { Source, Topology } from '../../topology/topology'
import type { BatchLimits } from '../commit/batch-limits'
import { batchLimit } from '../commit/batch-limits'
import type { InputRecord } from '../commit/left-out'
import { withoutKey } from '../commit/left-out'
import type { TopicLayout } from '../topics/topic-layout'
import { deadLetter } from './dead-letter'
import { hasRoom } from './key-room'
import type { ParkedKey, ParkedKeys } from './parked-keys'

export interface KeyParkingOptions {
  readonly applicationId: string
  readonly source: Source
  readonly task: string
  readonly topology: Pick<Topology, 'deadLetters'>
  readonly layout: TopicLayout
  readonly limits: BatchLimits
  readonly keys: ParkedKeys
  /** Keeps the writes to the stores in the transaction. */
  readonly keep: () => void
}

/** What becomes of a record that cannot be processed: a dead letter, after which later records of its key wait. */
export class KeyParking {
  constructor(private readonly options: KeyParkingOptions) {}

  get keys(): ParkedKeys {
    return this.options.keys
  }

  /** Gives the record's dead letter, and parks its key if there is one that the topics have room for. */
  park(processor: string, record: InputRecord, error: FactsError): OutputRecord {
    const { applicationId, source, topology, limits, keys, keep } = this.options
    const { key } = record
    const topics = [changelogTopic(applicationId, parkedStore(source)), topology.deadLetters]
    if (key === null || !hasRoom(key, topics, limits)) {
      return this.letter(processor, withoutKey(record), error)
    }
    const parked = keys.add(processor, key, record, error)
    keep()
    return this.letter(processor, record, error, parked)
  }

  /** The dead letter alone: of a record that parks no key, or of one that failed again when it was replayed. */
  letter(
    processor: string,
    record: InputRecord,
    error: FactsError,
    parked?: ParkedKey,
  ): OutputRecord {
    const { topology, layout, limits, task } = this.options
    const topic = topology.deadLetters
    const partition = partitionFor(record.key, layout.get(topic) ?? 1)
    const limit = batchLimit(limits, topic)
    return deadLetter({ topic, partition, record, error, processor, task, parked, limit })
  }
}
