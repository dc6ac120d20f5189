import type { Log } from '../../broker/ports'
import type { LogRecord } from '../../topology/record'
import { inputRecord } from './control-record'
import { parkingOf } from './dead-letter'
import { parkedId } from './parked-keys'
import { withOriginals } from './read-original'
import type { Rest } from './replays'

/** Number of reads, and milliseconds between two: newly committed records may take a moment to be visible. */
const LOOKS = 10
const BETWEEN_LOOKS_MS = 50
/** Most dead letters after a replay that are read; further ones wait for another replay. */
const MOST_LETTERS = 100_000

/**
 * The dead letters after those that a replay covered, by `parkedId`, in the order of the input. Some may be missing: they may
 * not be visible yet, or be too many or too large to be read.
 */
export async function waitingLetters(
  log: Log,
  deadLetters: string,
  rests: readonly Rest[],
): Promise<ReadonlyMap<string, readonly LogRecord[]>> {
  for (let look = 1; ; look += 1) {
    const found = await lookOnce(log, deadLetters, rests)
    const isWhole = rests.every(
      ({ processor, key, count }) => found.get(parkedId(processor, key))?.length === count,
    )
    if (isWhole || look === LOOKS) return withOriginals(log, found)
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS))
  }
}

async function lookOnce(
  log: Log,
  topic: string,
  rests: readonly Rest[],
): Promise<ReadonlyMap<string, readonly LogRecord[]>> {
  const wanted = new Map(rests.map((rest) => [parkedId(rest.processor, rest.key), rest]))
  const found = new Map([...wanted.keys()].map((id) => [id, new Map<bigint, LogRecord>()]))
  const ends = await log.admin.offsets(topic)
  for (const [partition, first] of firstOffsets(rests)) {
    const { low, high } = ends.get(partition) ?? { low: 0n, high: 0n }
    const from = first > low ? first : low
    if (from >= high || high - from > MOST_LETTERS) continue
    await log.readRange({ topic, partition, from, to: high }, (records) => {
      for (const letter of records) {
        const id = parkedId(letter.headers['facts.processor']?.toString() ?? '', letter.key ?? NONE)
        const rest = wanted.get(id)
        const record = rest?.id === parkingOf(letter) ? inputRecord(letter) : undefined
        if (record === undefined || rest === undefined) continue
        if (record.offset > BigInt(rest.taken)) found.get(id)?.set(record.offset, record)
      }
      return Promise.resolve(true)
    })
  }
  return new Map([...found].map(([id, records]) => [id, inOrder([...records.values()])]))
}

const NONE = Buffer.alloc(0)

/** Start offset of each partition. */
function firstOffsets(rests: readonly Rest[]): ReadonlyMap<number, bigint> {
  const first = new Map<number, bigint>()
  for (const { letter } of rests) {
    const from = letter.offset + 1n
    const known = first.get(letter.partition)
    if (known === undefined || from < known) first.set(letter.partition, from)
  }
  return first
}

export function inOrder(records: readonly LogRecord[]): readonly LogRecord[] {
  return [...records].sort((a, b) => (a.offset < b.offset ? -1 : 1))
}
