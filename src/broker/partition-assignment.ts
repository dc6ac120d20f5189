import type { TopicPartition } from './ports'

/**
 * Assigns the partitions of groups of topics to members: all partitions with one number within a group go to one member,
 * because one task processes them; the numbers are assigned round-robin. `partitions` is the count of each topic, 0 when unknown.
 */
export function assignCoPartitioned<Member>(
  groups: readonly (readonly string[])[],
  members: readonly Member[],
  partitions: (topic: string) => number,
): ReadonlyMap<Member, readonly TopicPartition[]> {
  const shares = new Map(members.map((member) => [member, [] as TopicPartition[]]))
  let turn = 0
  for (const topics of groups) {
    const most = Math.max(0, ...topics.map(partitions))
    for (let partition = 0; partition < most; partition += 1) {
      const member = members[turn % members.length]
      turn += 1
      for (const topic of topics) {
        if (member !== undefined && partition < partitions(topic)) {
          shares.get(member)?.push({ topic, partition })
        }
      }
    }
  }
  return shares
}
