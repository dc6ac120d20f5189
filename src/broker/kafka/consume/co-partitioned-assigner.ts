import { assignCoPartitioned } from '../../partition-assignment'
import type { PartitionAssigner } from '../kafkajs'
import { AssignerProtocol } from '../kafkajs'

const VERSION = 1

/** Assigns as `assignCoPartitioned` says. Members of a group must agree: there is no other protocol to fall back to. */
export function coPartitionedAssigner(groups: readonly (readonly string[])[]): PartitionAssigner {
  return ({ cluster }) => ({
    name: 'co-partitioned',
    version: VERSION,
    assign({ members }) {
      const sorted = members.map(({ memberId }) => memberId).sort()
      const count = (topic: string): number => cluster.findTopicPartitionMetadata(topic).length
      const assignments = [...assignCoPartitioned(groups, sorted, count)].map(
        ([memberId, share]) => {
          const assignment: Record<string, number[]> = {}
          for (const { topic, partition } of share) (assignment[topic] ??= []).push(partition)
          const encoded = { version: VERSION, assignment, userData: Buffer.alloc(0) }
          return { memberId, memberAssignment: AssignerProtocol.MemberAssignment.encode(encoded) }
        },
      )
      return Promise.resolve(assignments)
    },
    protocol({ topics }) {
      const metadata = { version: VERSION, topics, userData: Buffer.alloc(0) }
      return {
        name: 'co-partitioned',
        metadata: AssignerProtocol.MemberMetadata.encode(metadata),
      }
    },
  })
}
