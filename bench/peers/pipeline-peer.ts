import { dirname, join } from 'node:path'
import app from '../../facts.config'
import { packageRoot } from '../../src/package-root'
import { factsTopology } from '../../src/compose/topology'
import { internalTopics } from '../../src/topology/internal-topics'
import { declaredPartitions } from '../../src/topology/topology'
import { OUTPUTS } from '../input/topics'
import { startChild } from './child'
import type { NodeBinary } from './node-binary'
import type { Peer } from './peer'
import { WITHOUT_STATE } from './peer'

/** Connects to nothing: only its shape is asked for. */
const TOPOLOGY = factsTopology({
  app: { ...app, folder: packageRoot() },
  registry: { url: 'http://localhost' },
})
const DECLARED = declaredPartitions(TOPOLOGY)

export interface PipelinePeerOptions {
  readonly node: NodeBinary
  /** The compiled command line. */
  readonly main: string
  readonly workers: number
  /** For Node itself, for example to profile. */
  readonly nodeArgs?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** `facts pipeline --workers n`, compiled, as in production. */
export function pipelinePeer(options: PipelinePeerOptions): Peer {
  const { node, main, workers, nodeArgs = [], env = {} } = options
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
          ...env,
        },
        log: join(folder, `${applicationId}.log`),
      }),
  }
}

/** The same without what it knows of rows: what keeping state costs. Its facts are others, some of them twice. */
export function statelessPeer(options: PipelinePeerOptions): Peer {
  const deduplicator = join(dirname(options.main), '..', 'fact', 'deduplicator.js')
  const peer = pipelinePeer({
    ...options,
    nodeArgs: ['--require', join(__dirname, 'without-state.cjs')],
    env: { BENCH_DEDUPLICATOR: deduplicator },
  })
  return { ...peer, name: `${peer.name}${WITHOUT_STATE}`, kind: 'stateless' }
}
