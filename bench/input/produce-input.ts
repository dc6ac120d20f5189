import { readJsonFile, writeJsonFile } from '../../src/dev-stack/process/json-file'
import { join } from 'node:path'
import type { Cluster } from '../cluster'
import type { Progress } from '../progress'
import type { Change } from './change'
import { lookupChanges } from './lookup-changes'
import { PrimaryChanges } from './primary-changes'
import { Random } from './random'
import { SourceClock } from './source-clock'
import { PARTITIONS, PRIMARIES, SECONDARIES, TERTIARIES, topicSpec } from './topics'
import { TopicWriter } from './topic-writer'

export interface InputOptions {
  /** Records of wildapp_primary. */
  readonly records: number
  readonly keys: number
  readonly secondaries: number
  readonly tertiaries: number
  readonly seed: number
}

export interface Input extends InputOptions {
  /** Mean size of a value, tombstones aside. */
  readonly valueBytes: number
}

/** Of the generator: input that another one made is not used again. */
const VERSION = 2

/** Fills the captured tables' topics, unless they hold exactly that already. */
export async function produceInput(
  cluster: Cluster,
  home: string,
  options: InputOptions,
  progress: Progress,
): Promise<Input> {
  const path = join(home, 'input.json')
  const kept = readJsonFile(path) as { version: number; input: Input } | undefined
  const same =
    kept?.version === VERSION &&
    Object.entries(options).every(([name, value]) => kept.input[name as keyof Input] === value)
  const topics = [PRIMARIES, SECONDARIES, TERTIARIES]
  if (same && (await cluster.log.admin.partitionCounts(topics)).size === topics.length) {
    progress.say(`Input: the ${options.records.toLocaleString('en')} changes of an earlier run`)
    return kept.input
  }
  await cluster.recreate(topics.map(topicSpec))
  const random = new Random(options.seed)
  const clock = new SourceClock(random)
  const { secondaries, tertiaries } = lookupChanges(random, clock, options)
  await write(cluster, TERTIARIES, tertiaries)
  await write(cluster, SECONDARIES, secondaries)
  const valueBytes = await writePrimaries(cluster, { random, clock, ...options }, progress)
  const input = { ...options, valueBytes }
  writeJsonFile(path, { version: VERSION, input })
  return input
}

async function write(cluster: Cluster, topic: string, changes: readonly Change[]): Promise<void> {
  const writer = await TopicWriter.open(cluster.kafka, topic, PARTITIONS)
  for (const change of changes) await writer.add(change)
  await writer.close()
}

async function writePrimaries(
  cluster: Cluster,
  options: InputOptions & { readonly random: Random; readonly clock: SourceClock },
  progress: Progress,
): Promise<number> {
  const { records } = options
  const changes = new PrimaryChanges({ ...options, changes: records, withUnreadable: true })
  const writer = await TopicWriter.open(cluster.kafka, PRIMARIES, PARTITIONS)
  let bytes = 0
  let values = 0
  for (let count = 0; count < records; count += 1) {
    const change = changes.next()
    if (change.value !== null) {
      bytes += Buffer.byteLength(change.value)
      values += 1
    }
    await writer.add(change)
    if (count % 10_000 === 0) progress.update('Input', count, records)
  }
  await writer.close()
  progress.done(
    'Input',
    `${records.toLocaleString('en')} changes, ${Math.round(bytes / values)} bytes each`,
  )
  return bytes / values
}
