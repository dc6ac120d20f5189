import { cpus } from 'node:os'
import type { RecordBytes } from '../src/table/exact/record-bytes'
import { primaryTable } from '../src/wildapp/tables/primary'
import { PrimaryChanges } from './input/primary-changes'
import { Random } from './input/random'
import { SourceClock } from './input/source-clock'

/**
 * `tsx bench/decode.ts`: microseconds of CPU to decode one record of wildapp_primary, key and value, three ways: JSON.parse
 * of all of it, which loses integers beyond 2^53 and types nothing; the exact decoder; and the table, as the pipeline
 * uses it. The records lie in one buffer, as a fetched batch does. Garbage collection included.
 */
const RECORDS = 20_000
const ROUNDS = 15

function records(): readonly RecordBytes[] {
  const random = new Random(7)
  const changes = new PrimaryChanges({
    random,
    clock: new SourceClock(random),
    keys: RECORDS / 4,
    secondaries: 100,
    changes: RECORDS,
    withUnreadable: false,
  })
  const parts: (Buffer | null)[] = []
  for (let index = 0; index < RECORDS; index++) {
    const { key, value } = changes.next()
    parts.push(Buffer.from(key), value === null ? null : Buffer.from(value))
  }
  const batch = Buffer.concat(parts.filter((part) => part !== null))
  let at = 0
  const placed = parts.map((part) => {
    if (part === null) return null
    const start = at
    at += part.length
    return batch.subarray(start, at)
  })
  return Array.from({ length: RECORDS }, (_, index) => ({
    key: placed[2 * index] ?? null,
    value: placed[2 * index + 1] ?? null,
  }))
}

function measure(
  name: string,
  input: readonly RecordBytes[],
  work: (record: RecordBytes) => unknown,
): void {
  const rounds: number[] = []
  let last: unknown
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage()
    for (const record of input) last = work(record)
    const { user, system } = process.cpuUsage(start)
    rounds.push((user + system) / input.length)
  }
  if (last === undefined) throw new Error(`${name} decoded nothing`)
  rounds.sort((a, b) => a - b)
  const [best = NaN] = rounds
  const median = rounds[ROUNDS >> 1] ?? NaN
  console.log(`${name.padEnd(24)} ${median.toFixed(2)} µs (best ${best.toFixed(2)})`)
}

const input = records()
const bytes = input.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)
console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores`)
console.log(`${RECORDS} records, ${Math.round(bytes / RECORDS)} bytes each on average`)
measure('JSON.parse (lossy)', input, ({ key, value }) => [
  JSON.parse(key?.toString() ?? 'null') as unknown,
  JSON.parse(value?.toString() ?? 'null') as unknown,
])
measure('table, exactly', input, (record) => primaryTable.decodeExactly(record))
measure('table', input, (record) => primaryTable.decode(record))
const { fast, exact } = primaryTable.counts
const share = fast / (fast + exact)
console.log(`  of them in the fast lane: ${(100 * share).toFixed(2)} %`)
if (share < 0.99)
  throw new Error('Records as the connector writes them must be decoded in the fast lane')
