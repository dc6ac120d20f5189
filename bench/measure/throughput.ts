import type { Cluster } from '../cluster'
import { PRIMARIES, topicSpec } from '../input/topics'
import type { Child } from '../peers/child'
import type { Peer, RunOptions } from '../peers/peer'
import type { Progress } from '../progress'
import { fastShare } from './fast-share'
import { processUsage } from './process-usage'
import type { ProcessUsage } from './process-usage'

export interface ThroughputResult {
  readonly peer: string
  /** Changes on the input topic, all of which were processed. */
  readonly records: number
  /** From the start of the process until the first fact was visible. */
  readonly startSeconds: number
  /** From the start of the process until all inputs were committed. */
  readonly totalSeconds: number
  /** Inputs committed per second from the first visible fact to the last commit. */
  readonly steadyPerSecond: number
  /** Inputs per second from the start of the process on. */
  readonly totalPerSecond: number
  /** Microseconds of CPU per input while steady, of all its processes. */
  readonly steadyCpuMicros: number
  /** The same with the start. */
  readonly totalCpuMicros: number
  /** Largest resident memory of the largest process. */
  readonly peakBytes: number
}

interface Sample {
  readonly at: number
  readonly committed: number
  readonly usage: ProcessUsage
}

export interface RunningPeer {
  readonly child: Child
  readonly result: ThroughputResult
}

const POLL_MS = 50
const DEADLINE_MS = 15 * 60_000

/** Starts a peer on empty output topics and lets it process the whole input. It still runs afterwards. */
export async function processAll(
  cluster: Cluster,
  peer: Peer,
  options: RunOptions,
  progress: Progress,
): Promise<RunningPeer> {
  const internal = peer.internal(options.applicationId).map(({ topic, cleanup, partitions }) => {
    const spec = topicSpec(topic)
    const config = { ...spec.config, 'cleanup.policy': cleanup }
    return { ...spec, partitions: partitions ?? spec.partitions, config }
  })
  const outputs = [peer.outputs.facts, peer.outputs.deadLetters].map(topicSpec)
  await cluster.recreate([...outputs, ...internal])
  let records = 0
  for (const { high } of (await cluster.ends(PRIMARIES)).values()) records += Number(high)
  const startedAt = performance.now()
  const child = peer.start(options)
  try {
    const watching = watch(cluster, peer, options.applicationId, records, child.pid, progress)
    const [first, last] = await Promise.race([watching, child.failed])
    const result = resultOf(peer, records, startedAt, first, last)
    const rate = Math.round(result.steadyPerSecond).toLocaleString('en')
    const megabytes = Math.round(result.peakBytes / 1e6)
    const decoded =
      peer.kind === 'streams' ? '' : `, ${(100 * (await fastShare(options))).toFixed(2)} % fast`
    progress.done(
      peer.name,
      `${rate}/s, ${result.steadyCpuMicros.toFixed(1)} µs, ${megabytes} MB${decoded}`,
    )
    return { child, result }
  } catch (error) {
    await child.stop()
    throw error
  }
}

/** The samples at the first visible fact and at the last commit. */
async function watch(
  cluster: Cluster,
  { name, outputs }: Peer,
  applicationId: string,
  records: number,
  pid: number,
  progress: Progress,
): Promise<[Sample, Sample]> {
  const deadline = Date.now() + DEADLINE_MS
  let first: Sample | undefined
  for (;;) {
    if (first !== undefined || (await cluster.visible(outputs.facts)) > 0) {
      const committed = await cluster.committed(applicationId, PRIMARIES)
      const sample = { at: performance.now(), committed, usage: processUsage(pid) }
      first ??= sample
      progress.update(name, committed, records)
      if (committed >= records) return [first, sample]
    }
    if (Date.now() > deadline) throw new Error(`${name} did not finish in time`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

function resultOf(
  { name }: Peer,
  records: number,
  startedAt: number,
  first: Sample,
  last: Sample,
): ThroughputResult {
  const steady = last.committed - first.committed
  const totalSeconds = (last.at - startedAt) / 1_000
  return {
    peer: name,
    records,
    startSeconds: (first.at - startedAt) / 1_000,
    totalSeconds,
    steadyPerSecond: steady / ((last.at - first.at) / 1_000),
    totalPerSecond: records / totalSeconds,
    steadyCpuMicros: ((last.usage.cpuSeconds - first.usage.cpuSeconds) / steady) * 1e6,
    totalCpuMicros: (last.usage.cpuSeconds / records) * 1e6,
    peakBytes: Math.max(...last.usage.peakBytes.values()),
  }
}
