import type { TopicSpec } from '../../src/broker/ports'
import app from '../../facts.config'
import { primary } from '../../src/wildapp/facts/primary'
import { primaryTable } from '../../src/wildapp/tables/primary'
import { secondaryTable } from '../../src/wildapp/tables/secondary'
import { tertiaryTable } from '../../src/wildapp/tables/tertiary'

export const PARTITIONS = 6

export const PRIMARIES = primaryTable.topic
export const SECONDARIES = secondaryTable.topic
export const TERTIARIES = tertiaryTable.topic

/** Where each peer writes. The pipeline's names are fixed by its topology. */
export const OUTPUTS = {
  pipeline: { facts: primary.to.name, deadLetters: app.deadLetters },
  streams: { facts: 'streams.primary.facts', deadLetters: 'streams.dead-letters' },
} as const

export interface OutputTopics {
  readonly facts: string
  readonly deadLetters: string
}

/** As `facts provision` makes them; what a deleted topic held leaves the disk at once, so that runs do not pile up. */
export function topicSpec(name: string): TopicSpec {
  const config = {
    'cleanup.policy': 'delete',
    'retention.ms': '-1',
    'min.insync.replicas': '1',
    'file.delete.delay.ms': '1000',
  }
  return { name, partitions: PARTITIONS, replicationFactor: 1, config }
}
