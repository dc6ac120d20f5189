import type { Cluster } from '../cluster'
import { OUTPUTS, PRIMARIES } from '../input/topics'
import type { OutputTopics } from '../input/topics'
import type { Progress } from '../progress'
import { eachRecord } from '../../src/broker/each-record'
import type { LogRecord } from '../../src/topology/record'
import { murmur2 } from '../../src/topology/partitioner'
import { digest, essence } from './digest'

export interface EqualityResult {
  /** Inputs: records, and those of them that are tombstones. */
  readonly inputs: number
  readonly tombstones: number
  /** Facts and dead letters of each peer, all of which were counted. */
  readonly facts: readonly [pipeline: number, streams: number]
  readonly deadLetters: readonly [pipeline: number, streams: number]
  /** Facts and dead letters compared byte by byte, by key and in order. */
  readonly compared: number
  readonly keys: number
  /** Keys whose records differ, with the first differing lines; empty when all is equal. */
  readonly differences: readonly string[]
}

/** About so many records are compared; a key's records all or none. */
const SAMPLE = 200_000
const SHOWN = 5

interface Output {
  facts: number
  deadLetters: number
  compared: number
  /** By key: digests in the order of the partition. */
  readonly digests: Map<string, string[]>
}

/** Compares what the two peers have made of the whole input. */
export async function compareOutputs(
  cluster: Cluster,
  records: number,
  progress: Progress,
): Promise<EqualityResult> {
  let inputs = 0
  let tombstones = 0
  await eachRecord(cluster.log, [PRIMARIES], ({ value }) => {
    inputs += 1
    if (value === null) tombstones += 1
  })
  const every = Math.max(1, Math.floor(records / SAMPLE))
  const pipeline = await output(cluster, OUTPUTS.pipeline, every)
  const streams = await output(cluster, OUTPUTS.streams, every)
  const keys = new Set([...pipeline.digests.keys(), ...streams.digests.keys()])
  const unequal = [...keys].filter(
    (key) => pipeline.digests.get(key)?.join() !== streams.digests.get(key)?.join(),
  )
  const differences = await explained(cluster, unequal)
  const facts: [number, number] = [pipeline.facts, streams.facts]
  const deadLetters: [number, number] = [pipeline.deadLetters, streams.deadLetters]
  const result = { inputs, tombstones, facts, deadLetters, differences, keys: keys.size }
  progress.done(
    'Equality',
    unequal.length === 0
      ? `${pipeline.compared.toLocaleString('en')} records of ${keys.size} keys are the same`
      : `${unequal.length} of ${keys.size} keys DIFFER`,
  )
  return { ...result, compared: pipeline.compared }
}

async function output(cluster: Cluster, topics: OutputTopics, every: number): Promise<Output> {
  const result: Output = { facts: 0, deadLetters: 0, compared: 0, digests: new Map() }
  const take = (record: LogRecord, kind: string): void => {
    if (record.key !== null && (murmur2(record.key) >>> 0) % every !== 0) return
    const key = `${kind} ${String(record.key)}`
    const digests = result.digests.get(key) ?? []
    if (digests.length === 0) result.digests.set(key, digests)
    digests.push(digest(record))
    result.compared += 1
  }
  await eachRecord(cluster.log, [topics.facts], (record) => {
    result.facts += 1
    take(record, 'fact')
  })
  await eachRecord(cluster.log, [topics.deadLetters], (record) => {
    result.deadLetters += 1
    take(record, 'dead letter')
  })
  return result
}

/** Reads the first few unequal keys again, whole. */
async function explained(cluster: Cluster, unequal: readonly string[]): Promise<readonly string[]> {
  const shown = unequal.slice(0, SHOWN)
  if (shown.length === 0) return []
  const [pipeline, streams] = await Promise.all(
    [OUTPUTS.pipeline, OUTPUTS.streams].map((topics) => essences(cluster, topics, shown)),
  )
  const differences = shown.map((key) => {
    const ours = pipeline?.get(key) ?? []
    const theirs = streams?.get(key) ?? []
    const longer = ours.length < theirs.length ? theirs : ours
    const at = longer.findIndex((_, index) => ours[index] !== theirs[index])
    return `${key}: pipeline "${ours[at] ?? 'nothing'}", streams "${theirs[at] ?? 'nothing'}"`
  })
  return unequal.length > SHOWN
    ? [...differences, `and ${unequal.length - SHOWN} more`]
    : differences
}

async function essences(
  cluster: Cluster,
  topics: OutputTopics,
  keys: readonly string[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  const take = (record: LogRecord, kind: string): void => {
    const key = `${kind} ${String(record.key)}`
    if (keys.includes(key)) found.set(key, [...(found.get(key) ?? []), ...essence(record)])
  }
  await eachRecord(cluster.log, [topics.facts], (record) => take(record, 'fact'))
  await eachRecord(cluster.log, [topics.deadLetters], (record) => take(record, 'dead letter'))
  return found
}
