import type { Message, PartitionerArgs, PartitionMetadata } from 'kafkajs'

interface Grouping {
  readonly topic: string
  readonly partitionMetadata: PartitionMetadata[]
  readonly messages: readonly Message[]
  readonly partitioner: (args: PartitionerArgs) => number
}

/**
 * Stands for producer/groupMessagesPerPartition.js, which copies a partition's list for each message: 50,000 messages
 * to one partition take it ten seconds.
 */
function groupMessagesPerPartition({
  topic,
  partitionMetadata,
  messages,
  partitioner,
}: Grouping): Record<number, Message[]> {
  const groups: Record<number, Message[]> = {}
  if (partitionMetadata.length === 0) return groups
  for (const message of messages) {
    const partition = partitioner({ topic, partitionMetadata, message })
    ;(groups[partition] ??= []).push(message)
  }
  return groups
}

export = groupMessagesPerPartition
