import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Peer } from '../peers/peer'
import type { Progress } from '../progress'
import type { ProbeOptions, ProbeResult } from './latency-probe'

export interface LatencyResult extends ProbeResult {
  readonly peer: string
  readonly perSecond: number
}

const PROBE = join(__dirname, 'latency-probe.ts')
/** The probe must pause rarely and briefly: a pause of its own would count as latency. */
const PROBE_FLAGS = ['--max-semi-space-size=64', '--min-semi-space-size=64', '--single-threaded-gc']

/** Runs the probe, in a process of its own, against a peer that is running and has caught up. */
export async function latency(
  peer: Peer,
  options: Omit<ProbeOptions, 'topic'>,
  progress: Progress,
): Promise<LatencyResult> {
  const { perSecond } = options
  const args = [JSON.stringify({ ...options, topic: peer.outputs.facts })]
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...PROBE_FLAGS,
    '--require',
    require.resolve('tsx/cjs'),
    PROBE,
    ...args,
  ])
  const result = JSON.parse(stdout) as ProbeResult
  const { p50, p95, p99 } = result
  const figures = [p50, p95, p99].map((value) => value.toFixed(1)).join(' / ')
  const lacking =
    result.count < result.expected ? `, ${result.expected - result.count} NOT SEEN` : ''
  progress.done(`${peer.name} at ${perSecond}/s`, `p50 / p95 / p99 = ${figures} ms${lacking}`)
  return { peer: peer.name, perSecond, ...result }
}
