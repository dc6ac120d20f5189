import { assignCoPartitioned } from '../co-partitions'
import type { TopicPartition } from '../ports'
import type { MetadataView } from './metadata-view'

/** A member as the group sees it: told its partitions at each rebalance, asked to finish before the next. */
export interface MemoryMember {
  readonly topics: readonly (readonly string[])[]
  /** What the member knows of topics; the first member, the leader, shares them out. */
  readonly view: MetadataView
  /** Takes no further batch; those under way go on. */
  readonly interrupt: () => void
  /** Stops taking batches, waits for those under way. A dead member never answers and is not asked. */
  readonly quiesce: () => Promise<void>
  readonly assign: (generation: number, partitions: readonly TopicPartition[]) => void
}

/**
 * A consumer group: eager, see `assignCoPartitioned`, a new generation at each change of membership.
 * Members finish what they have under way before partitions move, unless they are expelled (the dead and zombies).
 */
export class MemoryGroup {
  private readonly members = new Set<MemoryMember>()
  private current = 0
  private turn: Promise<void> = Promise.resolve()

  join(member: MemoryMember): Promise<void> {
    return this.rebalance(() => this.members.add(member))
  }

  leave(member: MemoryMember): Promise<void> {
    return this.rebalance(() => this.members.delete(member))
  }

  /** Session timeout: the group goes on without the member and does not wait for it. */
  expel(member: MemoryMember): Promise<void> {
    this.members.delete(member)
    return this.rebalance(() => undefined)
  }

  isCurrent(member: MemoryMember, generation: number): boolean {
    return this.members.has(member) && this.current === generation
  }

  /**
   * Test hook: a rebalance that waits for no batch, as one does after the rebalance time-out, and as KafkaJS does when one
   * of its fetchers joins again while another one's batch is under way.
   */
  rebalanceDuringBatches(): void {
    this.current += 1
    for (const member of this.members) member.interrupt()
    this.assignAll()
  }

  private rebalance(change: () => unknown): Promise<void> {
    const next = this.turn.then(async () => {
      this.current += 1
      await Promise.all([...this.members].map((member) => member.quiesce()))
      change()
      this.assignAll()
    })
    this.turn = next.catch(() => undefined)
    return next
  }

  private assignAll(): void {
    const members = [...this.members]
    const groups = [
      ...new Map(members.flatMap(({ topics }) => topics).map((group) => [group.join(), group])),
    ].map(([, group]) => group)
    const [leader] = members
    const count = (topic: string): number => leader?.view.partitionsOf(topic).length ?? 0
    const shares = assignCoPartitioned(groups, members, count)
    for (const [member, share] of shares) member.assign(this.current, share)
  }
}
