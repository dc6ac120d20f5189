import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkContext } from './benchmark-context'
import type { Cluster } from './cluster'
import type { EqualityResult } from './equality/compare-outputs'
import { compareOutputs } from './equality/compare-outputs'
import type { Input } from './input/produce-input'
import { hotFunctions } from './measure/cpu-profile'
import type { LatencyResult } from './measure/latency'
import { latency } from './measure/latency'
import type { RunningPeer, ThroughputResult } from './measure/throughput'
import { processAll } from './measure/throughput'
import type { NodeBinary } from './peers/node-binary'
import type { Peer } from './peers/peer'
import { pipelinePeer } from './peers/pipeline-peer'

/** Latencies are asked for at these rates, changes per second. */
const RATES = [60, 1_000]

/** The measurements on one input topic, and what they gave. */
export class Measurements {
  readonly throughput: ThroughputResult[] = []
  readonly latencies: LatencyResult[] = []
  equal: EqualityResult | undefined
  private runs = 0

  constructor(
    private readonly context: BenchmarkContext,
    private readonly cluster: Cluster,
    private readonly input: Input,
  ) {}

  /** Every peer once a round, one after the other, so that other load of the machine affects all of them. */
  async throughputRounds(peers: readonly Peer[]): Promise<void> {
    const { rounds } = this.context.options
    for (let round = 1; round <= rounds; round += 1) {
      this.context.progress.say(`Throughput, round ${round} of ${rounds}`)
      for (const peer of peers) {
        const { stop, result } = await this.processAll(peer)
        await stop()
        this.throughput.push(result)
      }
    }
  }

  /** Uses the outputs that are there, and makes those that are not. */
  async equality(peers: readonly Peer[]): Promise<void> {
    for (const kind of ['pipeline', 'streams']) {
      const peer = peers.findLast((candidate) => candidate.kind === kind)
      if (peer === undefined || this.throughput.some((run) => run.peer === peer.name)) continue
      const { stop } = await this.processAll(peer)
      await stop()
    }
    this.context.progress.say('Comparing the facts of both')
    this.equal = await compareOutputs(this.cluster, this.input.records, this.context.progress)
  }

  /** The peers with two workers or threads, after they have processed the whole input and are warm. */
  async latencyRounds(peers: readonly Peer[]): Promise<void> {
    const { rounds, seconds, warmUpSeconds, keys, secondaries } = this.context.options
    const pair = peers.filter(({ parallelism, kind }) => parallelism === 2 && kind !== 'stateless')
    for (let round = 1; round <= rounds; round += 1) {
      this.context.progress.say(`Latency, round ${round} of ${rounds}`)
      for (const peer of pair) {
        const { child, stop } = await this.processAll(peer)
        try {
          for (const perSecond of RATES) {
            const { brokers } = this.cluster
            const probe = {
              brokers,
              perSecond,
              seconds,
              warmUpSeconds,
              keys,
              secondaries,
              seed: round,
            }
            const probing = latency(peer, probe, this.context.progress)
            this.latencies.push(await Promise.race([probing, child.failed]))
          }
        } finally {
          await stop()
        }
      }
    }
  }

  /** Prints where the time of one worker goes. */
  async profile(node: NodeBinary, main: string): Promise<void> {
    const folder = join(this.context.options.home, 'profile')
    rmSync(folder, { recursive: true, force: true })
    const nodeArgs = ['--cpu-prof', `--cpu-prof-dir=${folder}`]
    const { stop } = await this.processAll(pipelinePeer({ node, main, workers: 1, nodeArgs }))
    await stop()
    const base = join(this.context.options.home, 'pipeline')
    for (const { name, place, share } of hotFunctions(folder, base)) {
      this.context.progress.say(`${(100 * share).toFixed(1).padStart(5)} %  ${name}  ${place}`)
    }
  }

  private async processAll(
    peer: Peer,
  ): Promise<RunningPeer & { readonly stop: () => Promise<void> }> {
    const { endpoints, options, progress } = this.context
    this.runs += 1
    const applicationId = `bench-${process.pid}-${this.runs}`
    const run = { endpoints, applicationId, folder: options.home }
    const running = await processAll(this.cluster, peer, run, progress)
    const stop = async (): Promise<void> => {
      await running.child.stop()
      // A run's state is as large as its output: it would pile up.
      await this.cluster.remove(peer.internal(applicationId).map(({ topic }) => topic))
      rmSync(join(options.home, `${applicationId}-state`), { recursive: true, force: true })
    }
    return { ...running, stop }
  }
}
