import { join } from 'node:path'
import { factsTopology } from '../../src/app'
import { internalTopics } from '../../src/topology/internal-topics'
import { declaredPartitions } from '../../src/topology/topology'
import { OUTPUTS } from '../input/topics'
import { startChild } from './child'
import type { NodeBinary } from './node-binary'
import type { Peer } from './peer'

/** Connects to nothing: only its shape is asked for. */
const TOPOLOGY = factsTopology({ registry: { url: 'http://localhost' } })
const DECLARED = declaredPartitions(TOPOLOGY)

export interface PipelinePeerOptions {
  readonly node: NodeBinary
  /** The compiled command line. */
  readonly main: string
  readonly workers: number
  /** For Node itself, for example to profile. */
  readonly nodeArgs?: readonly string[]
}

/** `facts pipeline --workers n`, compiled, as in production. */
export function pipelinePeer({ node, main, workers, nodeArgs = [] }: PipelinePeerOptions): Peer {
  const major = node.version.split('.')[0] ?? ''
  const name = `facts pipeline, ${workers} ${workers === 1 ? 'worker' : 'workers'}, Node ${major}`
  return {
    name,
    kind: 'pipeline',
    parallelism: workers,
    outputs: OUTPUTS.pipeline,
    internal: (applicationId) =>
      internalTopics(TOPOLOGY, applicationId).map((internal) => ({
        ...internal,
        partitions: DECLARED.get(internal.source),
      })),
    start: ({ endpoints, applicationId, folder }) =>
      startChild({
        command: node.command,
        args: [...nodeArgs, main, 'pipeline', '--workers', String(workers)],
        env: {
          NODE_ENV: 'production',
          FACTS_HOME: join(folder, 'none'),
          FACTS_KAFKA_BROKERS: endpoints.kafka.brokers.join(','),
          FACTS_REGISTRY_URL: endpoints.registry.url,
          FACTS_PIPELINE_APPLICATION_ID: applicationId,
          FACTS_PIPELINE_STATE_DIR: join(folder, `${applicationId}-state`),
          FACTS_HTTP_PORT: '0',
          FACTS_LOG_FORMAT: 'json',
        },
        log: join(folder, `${applicationId}.log`),
      }),
  }
}
