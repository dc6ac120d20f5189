import { assignCoPartitioned } from '../co-partitions'
import type { TopicPartition } from '../log'
import type { MemoryBroker } from './memory-broker'

/** A member as the group sees it: told its partitions at each rebalance, asked to finish before the next. */
export interface MemoryMember {
  readonly topics: readonly (readonly string[])[]
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

  constructor(private readonly broker: MemoryBroker) {}

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
    const count = (topic: string): number => this.broker.partitionsOf(topic)?.length ?? 0
    const shares = assignCoPartitioned(groups, members, count)
    for (const [member, share] of shares) member.assign(this.current, share)
  }
}
