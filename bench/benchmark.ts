import { join } from 'node:path'
import type { BenchmarkContext } from './benchmark-context'
import { Cluster } from './cluster'
import type { DatabaseResult } from './database/measure-database'
import { measureDatabase } from './database/measure-database'
import type { Input } from './input/produce-input'
import { produceInput } from './input/produce-input'
import { describeMachine } from './machine'
import { Measurements } from './measurements'
import type { BenchOptions } from './options'
import { buildPipeline } from './peers/build-pipeline'
import { buildStreams } from './peers/build-streams'
import { runChild } from './peers/child'
import type { NodeBinary } from './peers/node-binary'
import { nodeBinary } from './peers/node-binary'
import type { Peer } from './peers/peer'
import { pipelinePeer, statelessPeer } from './peers/pipeline-peer'
import { EAGER_COMMIT_INTERVAL, streamsPeer } from './peers/streams-peer'
import type { Results } from './results'

/** Builds the peers, fills the input topic, and measures what was asked for. */
export async function benchmark(context: BenchmarkContext): Promise<Results> {
  const { options, progress, endpoints, java } = context
  progress.say('Building the peers')
  const main = await buildPipeline(options.home, progress)
  const classPath = await buildStreams(options.home, progress)
  const nodes = await Promise.all(options.nodes.map((major) => nodeBinary(major, progress)))
  const cluster = new Cluster(endpoints.kafka.brokers)
  await cluster.connect()
  try {
    const [node] = nodes
    if (node === undefined) throw new Error('--nodes names none.')
    const input = await produceInput(cluster, options.home, inputOptions(options), progress)
    await registerSchemas(context, node, main)
    const run = new Measurements(context, cluster, input)
    const peers = peersOf(nodes, main, java, classPath)
    const eager = { java, classPath, threads: 2, commitInterval: EAGER_COMMIT_INTERVAL }
    if (options.parts.has('throughput')) await run.throughputRounds(peers)
    if (options.parts.has('equality')) await run.equality(peers)
    if (options.parts.has('latency')) await run.latencyRounds([...peers, streamsPeer(eager)])
    if (options.parts.has('profile')) await run.profile(node, main)
    const database = options.parts.has('database')
      ? await runDatabase(context, node, main)
      : undefined
    const versions = nodes.map(({ version }) => version)
    return {
      measuredAt: new Date().toISOString(),
      machine: await describeMachine(versions, java, context.loadBefore),
      input,
      rounds: options.rounds,
      latencySeconds: options.seconds,
      throughput: run.throughput,
      latency: run.latencies,
      ...(run.equal === undefined ? {} : { equality: run.equal }),
      ...(database === undefined ? {} : { database }),
    }
  } finally {
    await cluster.close()
  }
}

function inputOptions(options: BenchOptions): Omit<Input, 'valueBytes'> {
  const { records, keys, secondaries, tertiaries, seed } = options
  return { records, keys, secondaries, tertiaries, seed }
}

function peersOf(
  nodes: readonly NodeBinary[],
  main: string,
  java: string,
  classPath: string,
): readonly Peer[] {
  const peers = [1, 2].flatMap((parallelism) => [
    streamsPeer({ java, classPath, threads: parallelism }),
    ...nodes.map((node) => pipelinePeer({ node, main, workers: parallelism })),
  ])
  // First, because it writes to the topic of the pipeline, whose facts are compared when all have run.
  const stateless = nodes.slice(0, 1).map((node) => statelessPeer({ node, main, workers: 2 }))
  return [...stateless, ...peers]
}

/** The peers look schema ids up; `facts provision` registers them. */
function registerSchemas(
  { options, endpoints }: BenchmarkContext,
  node: NodeBinary,
  main: string,
): Promise<void> {
  return runChild({
    command: node.command,
    args: [main, 'provision'],
    env: {
      FACTS_HOME: join(options.home, 'none'),
      FACTS_KAFKA_BROKERS: endpoints.kafka.brokers.join(','),
      FACTS_REGISTRY_URL: endpoints.registry.url,
    },
    log: join(options.home, 'provision.log'),
  })
}

function runDatabase(
  context: BenchmarkContext,
  node: NodeBinary,
  main: string,
): Promise<DatabaseResult> {
  const { home, seconds, warmUpSeconds, rows } = context.options
  const peer = pipelinePeer({ node, main, workers: 1 })
  const { progress, onEvent, signal } = context
  return measureDatabase({
    home,
    seconds,
    warmUpSeconds,
    rows,
    progress,
    onEvent,
    signal,
    main,
    node: node.command,
    peer,
  })
}
