import { assignCoPartitioned } from '../partition-assignment'
import type { TopicPartition } from '../ports'
import type { MetadataView } from './metadata-view'

/** The group's view of a member: it gets its partitions at each rebalance, and has to finish before the next. */
export interface MemoryMember {
  readonly topics: readonly (readonly string[])[]
  /** The member's metadata; the first member, the leader, assigns the partitions. */
  readonly view: MetadataView
  /** Takes no further batch; running ones continue. */
  readonly interrupt: () => void
  /** Stops taking batches, and waits for running ones. A dead member never responds and is not called. */
  readonly quiesce: () => Promise<void>
  readonly assign: (generation: number, partitions: readonly TopicPartition[]) => void
}

/**
 * A consumer group: eager, see `assignCoPartitioned`, a new generation at each change of membership.
 * Members finish their current batches before partitions move, unless they are expelled (dead members and zombies).
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

  /** Session timeout: the group removes the member without waiting for it. */
  expel(member: MemoryMember): Promise<void> {
    this.members.delete(member)
    return this.rebalance(() => undefined)
  }

  isCurrent(member: MemoryMember, generation: number): boolean {
    return this.members.has(member) && this.current === generation
  }

  /**
   * Test hook: a rebalance that does not wait for batches, as after the rebalance timeout, and as in KafkaJS when one of its
   * fetchers rejoins while another one's batch is being processed.
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
