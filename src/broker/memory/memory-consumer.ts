import { FactsError, toFactsError } from '../../errors'
import type {
  BatchHandler,
  GroupConsumer,
  GroupConsumerOptions,
  InputBatch,
  TopicPartition,
} from '../ports'
import type { MemoryBroker } from './memory-broker'
import type { MemoryGroup, MemoryMember } from './memory-group'
import type { MetadataView } from './metadata-view'

/** Records per batch at most; small, so that tests see several batches. */
const BATCH_SIZE = 500

/** A member of a group on the in-memory log: one loop per owned partition, woken when the log changes. */
export class MemoryConsumer implements GroupConsumer {
  private generation = -1
  private loops: Promise<void>[] = []
  private stopping = false
  private readonly wakers = new Set<() => void>()
  private handler: BatchHandler | undefined
  private readonly member: MemoryMember

  constructor(
    private readonly broker: MemoryBroker,
    private readonly group: MemoryGroup,
    private readonly options: GroupConsumerOptions,
    view: MetadataView,
  ) {
    this.member = {
      topics: options.topics,
      view,
      interrupt: () => this.interrupt(),
      quiesce: () => this.quiesce(),
      assign: (generation, partitions) => this.assign(generation, partitions),
    }
  }

  async start(handler: BatchHandler): Promise<void> {
    if (this.stopping) return
    this.handler = handler
    await this.group.join(this.member)
  }

  async stop(): Promise<void> {
    this.stopping = true
    await this.quiesce()
    await this.group.leave(this.member)
  }

  /** Test hook: the group removes this member, which does not notice. */
  async expel(): Promise<void> {
    await this.group.expel(this.member)
  }

  /** Test hook, see MemoryGroup.rebalanceDuringBatches. */
  rebalanceDuringBatches(): void {
    this.group.rebalanceDuringBatches()
  }

  private interrupt(): void {
    this.generation = -1
    for (const wake of [...this.wakers]) wake()
  }

  private async quiesce(): Promise<void> {
    this.interrupt()
    await Promise.all(this.loops)
    this.loops = []
  }

  private assign(generation: number, partitions: readonly TopicPartition[]): void {
    if (this.stopping) return
    this.generation = generation
    this.options.onAssignment({ generation, partitions })
    // Loops of the last generation may still process a batch.
    this.loops.push(...partitions.map((partition) => this.run(generation, partition)))
  }

  private async run(generation: number, { topic, partition }: TopicPartition): Promise<void> {
    const log = this.broker.partition(topic, partition)
    const committed = this.broker.committed(this.options.groupId, topic, partition)
    let position = Math.max(Number(committed?.offset ?? 0n), log.low)
    while (this.generation === generation) {
      const { records, next } = log.read(position, BATCH_SIZE)
      if (next === position) {
        await this.change()
        continue
      }
      const batch: InputBatch = {
        topic,
        partition,
        generation,
        fetchOffset: BigInt(position),
        records,
        nextOffset: BigInt(next),
        highWatermark: BigInt(log.high),
        heartbeat: () => this.heartbeat(generation, topic, partition),
      }
      position = next
      if (records.length === 0) continue
      const moved = await this.handle(batch)
      if (moved === undefined) return
      position = moved
    }
  }

  /** The next offset, or undefined when this loop is over. */
  private async handle(batch: InputBatch): Promise<number | undefined> {
    if (this.handler === undefined) return undefined
    try {
      const outcome = await this.handler(batch)
      return Number(outcome.kind === 'seek' ? outcome.offset : batch.nextOffset)
    } catch (error) {
      if (toFactsError(error).remedy !== 'rejoin') {
        this.generation = -1
        this.options.onCrash(error)
      } else if (!this.stopping && this.group.isCurrent(this.member, batch.generation)) {
        void this.group.leave(this.member).then(() => this.group.join(this.member))
      }
      return undefined
    }
  }

  private heartbeat(generation: number, topic: string, partition: number): Promise<void> {
    if (this.group.isCurrent(this.member, generation)) return Promise.resolve()
    return Promise.reject(
      new FactsError('PARTITION_LOST', 'This member no longer owns the partition.', {
        topic,
        partition,
      }),
    )
  }

  /** Resolves when the log changed or this member is interrupted. */
  private change(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.broker.off('change', done)
        this.wakers.delete(done)
        resolve()
      }
      this.broker.once('change', done)
      this.wakers.add(done)
    })
  }
}
