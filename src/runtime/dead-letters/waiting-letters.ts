import type { Log } from '../../broker/ports'
import type { LogRecord } from '../../topology/record'
import { inputRecord } from './control-record'
import { parkingOf } from './dead-letter'
import { parkedId } from './parked-keys'
import { withOriginals } from './read-original'
import type { Rest } from './replays'

/** Looks, and the time between two: what a transaction has just committed may take a moment to be visible. */
const LOOKS = 10
const BETWEEN_LOOKS_MS = 50
/** Dead letters between a replay and now that are read at most; beyond, the rest waits for another replay. */
const MOST_LETTERS = 100_000

/**
 * The dead letters that wait after what a replay covered, by `parkedId`, in the order of the input. Some may be missing: the
 * other records of the topic may hide them for a while, or be too many or too large to be read.
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

/** From where each partition is to be read. */
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
