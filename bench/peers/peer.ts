import type { StackEndpoints } from '../../src/dev-stack/stack'
import type { OutputTopics } from '../input/topics'
import type { Child } from './child'

export interface RunOptions {
  readonly endpoints: Required<Pick<StackEndpoints, 'kafka' | 'registry'>>
  /** Consumer group and prefix of the transactional ids: another one for each run. */
  readonly applicationId: string
  /** Folder for logs and state. */
  readonly folder: string
}

export interface InternalTopic {
  readonly topic: string
  readonly cleanup: 'compact' | 'delete'
  /** As many as the input of the benchmark unless it belongs to another one. */
  readonly partitions?: number | undefined
}

/** Ends the name of a peer that keeps no state. */
export const WITHOUT_STATE = ', without state'

/** One way to make facts of changes, ready to be started. */
export interface Peer {
  /** For people, and the key of its results. */
  readonly name: string
  /** `stateless` makes other facts, and is measured for its rate only. */
  readonly kind: 'pipeline' | 'streams' | 'stateless'
  /** Processes of the pipeline, threads of Kafka Streams. */
  readonly parallelism: number
  readonly outputs: OutputTopics
  /** Topics that it makes for itself; those of stores are compacted. */
  readonly internal: (applicationId: string) => readonly InternalTopic[]
  readonly start: (options: RunOptions) => Child
}
